internal import CRdkafka

extension AdminCall {
    /// Gives leave; what was given before stays so. The errors are in the order of the list.
    func create(_ acls: [KafkaACL]) throws(KafkaError) -> [KafkaError?] {
        var list = try unsafe bindings(acls)
        defer { unsafe rd_kafka_AclBinding_destroy_array(&list, list.count) }
        return try unsafe answer(RD_KAFKA_ADMIN_OP_CREATEACLS) { options, queue in
            unsafe rd_kafka_CreateAcls(handle.pointer, &list, list.count, options, queue)
        } read: { event in
            var count = 0
            let results = unsafe rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event), &count)
            return (0..<count).map { index in
                guard let error = unsafe rd_kafka_acl_result_error(results?[index]) else { return nil }
                let words = unsafe rd_kafka_error_string(error).map { unsafe String(cString: $0) }
                return unsafe KafkaError(rd_kafka_error_code(error), words)
            }
        }
    }

    /// Everything that anybody is given leave to; what is of no kind that we know is left out.
    func acls() throws(KafkaError) -> Set<KafkaACL> {
        let (filter, words) = unsafe CText.filled { text, size in
            unsafe rd_kafka_AclBindingFilter_new(
                RD_KAFKA_RESOURCE_ANY, nil, RD_KAFKA_RESOURCE_PATTERN_ANY, nil, nil, RD_KAFKA_ACL_OPERATION_ANY,
                RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, text, size)
        }
        guard let filter = unsafe filter else { throw KafkaError(.invalidArgument, words) }
        defer { unsafe rd_kafka_AclBinding_destroy(filter) }
        return try unsafe answer(RD_KAFKA_ADMIN_OP_DESCRIBEACLS) { options, queue in
            unsafe rd_kafka_DescribeAcls(handle.pointer, filter, options, queue)
        } read: { event in
            var count = 0
            let list = unsafe rd_kafka_DescribeAcls_result_acls(rd_kafka_event_DescribeAcls_result(event), &count)
            return Set((0..<count).compactMap { unsafe list?[$0].flatMap { unsafe KafkaACL($0) } })
        }
    }

    @unsafe private func bindings(_ acls: [KafkaACL]) throws(KafkaError) -> [OpaquePointer?] {
        var list: [OpaquePointer?] = unsafe []
        for acl in acls {
            let (type, name, pattern) = acl.resource.parts
            let (made, words) = unsafe CText.filled { text, size in
                unsafe rd_kafka_AclBinding_new(
                    type, name, pattern, acl.principal, "*", acl.operation.code, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW,
                    text, size)
            }
            guard let made = unsafe made else {
                unsafe rd_kafka_AclBinding_destroy_array(&list, list.count)
                throw KafkaError(.invalidArgument, "\(acl): \(words)")
            }
            unsafe list.append(made)
        }
        return unsafe list
    }
}

extension KafkaACL {
    /// What librdkafka tells; nil for what we never give.
    fileprivate init?(_ binding: OpaquePointer) {
        let operation = unsafe rd_kafka_AclBinding_operation(binding)
        let host = unsafe String(cString: rd_kafka_AclBinding_host(binding))
        guard host == "*", let known = Operation.all.first(where: { $0.code == operation }),
            let resource = unsafe Resource(binding)
        else { return nil }
        unsafe self.init(String(cString: rd_kafka_AclBinding_principal(binding)), known, resource)
    }
}

extension KafkaACL.Resource {
    fileprivate var parts: (rd_kafka_ResourceType_t, String, rd_kafka_ResourcePatternType_t) {
        switch self {
        case .topic(let name): (RD_KAFKA_RESOURCE_TOPIC, name, RD_KAFKA_RESOURCE_PATTERN_LITERAL)
        case .group(let name): (RD_KAFKA_RESOURCE_GROUP, name, RD_KAFKA_RESOURCE_PATTERN_LITERAL)
        case .groups(let prefix): (RD_KAFKA_RESOURCE_GROUP, prefix, RD_KAFKA_RESOURCE_PATTERN_PREFIXED)
        case .cluster: (RD_KAFKA_RESOURCE_BROKER, "kafka-cluster", RD_KAFKA_RESOURCE_PATTERN_LITERAL)
        }
    }

    fileprivate init?(_ binding: OpaquePointer) {
        let name = unsafe String(cString: rd_kafka_AclBinding_name(binding))
        let pattern = unsafe rd_kafka_AclBinding_resource_pattern_type(binding)
        switch unsafe (rd_kafka_AclBinding_restype(binding), pattern) {
        case (RD_KAFKA_RESOURCE_TOPIC, RD_KAFKA_RESOURCE_PATTERN_LITERAL): self = .topic(name)
        case (RD_KAFKA_RESOURCE_GROUP, RD_KAFKA_RESOURCE_PATTERN_LITERAL): self = .group(name)
        case (RD_KAFKA_RESOURCE_GROUP, RD_KAFKA_RESOURCE_PATTERN_PREFIXED): self = .groups(prefix: name)
        case (RD_KAFKA_RESOURCE_BROKER, RD_KAFKA_RESOURCE_PATTERN_LITERAL): self = .cluster
        default: return nil
        }
    }
}

extension KafkaACL.Operation {
    fileprivate static let all: [Self] = [.read, .write, .create, .describe, .describeConfigs]

    fileprivate var code: rd_kafka_AclOperation_t {
        switch self {
        case .read: RD_KAFKA_ACL_OPERATION_READ
        case .write: RD_KAFKA_ACL_OPERATION_WRITE
        case .create: RD_KAFKA_ACL_OPERATION_CREATE
        case .describe: RD_KAFKA_ACL_OPERATION_DESCRIBE
        case .describeConfigs: RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS
        }
    }
}
