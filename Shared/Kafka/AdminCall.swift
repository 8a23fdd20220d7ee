internal import CRdkafka

/// One question to the brokers' administration and its answer. It blocks: only on a thread of our own.
struct AdminCall: Sendable {
    /// A setting of a topic.
    struct Entry: Sendable {
        let name: String
        let value: String
        /// Given to this very topic, not a default.
        let isOwn: Bool
    }

    let handle: ClientHandle
    let limit: Duration

    func create(_ topics: [NewTopic]) throws(KafkaError) -> [String: KafkaError] {
        var list = try unsafe makeTopics(topics)
        defer { unsafe rd_kafka_NewTopic_destroy_array(&list, list.count) }
        return try unsafe answer(RD_KAFKA_ADMIN_OP_CREATETOPICS) { options, queue in
            unsafe rd_kafka_CreateTopics(handle.pointer, &list, list.count, options, queue)
        } read: { event in
            var count = 0
            let results = unsafe rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
            return unsafe errors(results, count)
        }
    }

    func delete(_ topics: [String]) throws(KafkaError) -> [String: KafkaError] {
        var list = unsafe topics.map { unsafe rd_kafka_DeleteTopic_new($0) }
        defer { unsafe rd_kafka_DeleteTopic_destroy_array(&list, list.count) }
        return try unsafe answer(RD_KAFKA_ADMIN_OP_DELETETOPICS) { options, queue in
            unsafe rd_kafka_DeleteTopics(handle.pointer, &list, list.count, options, queue)
        } read: { event in
            var count = 0
            let results = unsafe rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
            return unsafe errors(results, count)
        }
    }

    func setPartitions(_ count: Int, of topic: String) throws(KafkaError) -> [String: KafkaError] {
        let (made, words) = unsafe CText.filled { text, size in
            unsafe rd_kafka_NewPartitions_new(topic, count, text, size)
        }
        guard let made = unsafe made else { throw KafkaError(.invalidArgument, words) }
        defer { unsafe rd_kafka_NewPartitions_destroy(made) }
        var list: [OpaquePointer?] = unsafe [made]
        return try unsafe answer(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS) { options, queue in
            unsafe rd_kafka_CreatePartitions(handle.pointer, &list, 1, options, queue)
        } read: { event in
            var count = 0
            let results = unsafe rd_kafka_CreatePartitions_result_topics(
                rd_kafka_event_CreatePartitions_result(event), &count)
            return unsafe errors(results, count)
        }
    }

    func settings(of topic: String) throws(KafkaError) -> [Entry] {
        try unsafe withResource(topic) { resource throws(KafkaError) in
            var list: [OpaquePointer?] = unsafe [resource]
            return try unsafe answer(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS) { options, queue in
                unsafe rd_kafka_DescribeConfigs(handle.pointer, &list, 1, options, queue)
            } read: { event in
                var count = 0
                let found = unsafe rd_kafka_DescribeConfigs_result_resources(
                    rd_kafka_event_DescribeConfigs_result(event), &count)
                return unsafe entries(found, count)
            }
        }.get()
    }

    func setSettings(_ settings: [String: String], of topic: String) throws(KafkaError) {
        _ = try unsafe withResource(topic) { resource throws(KafkaError) in
            for (name, value) in settings { unsafe rd_kafka_ConfigResource_set_config(resource, name, value) }
            var list: [OpaquePointer?] = unsafe [resource]
            return try unsafe answer(RD_KAFKA_ADMIN_OP_ALTERCONFIGS) { options, queue in
                unsafe rd_kafka_AlterConfigs(handle.pointer, &list, 1, options, queue)
            } read: { event in
                var count = 0
                let found = unsafe rd_kafka_AlterConfigs_result_resources(
                    rd_kafka_event_AlterConfigs_result(event), &count)
                return unsafe entries(found, count)
            }
        }.get()
    }
}

extension AdminCall {
    /// Asks, waits for the answer and reads it; the answer's memory ends with `read`.
    @unsafe func answer<Answer>(
        _ operation: rd_kafka_admin_op_t, ask: (_ options: OpaquePointer?, _ queue: OpaquePointer) -> Void,
        read: (OpaquePointer) -> Answer
    ) throws(KafkaError) -> Answer {
        guard let queue = unsafe rd_kafka_queue_new(handle.pointer) else { throw KafkaError(.closed) }
        defer { unsafe rd_kafka_queue_destroy(queue) }
        let options = unsafe rd_kafka_AdminOptions_new(handle.pointer, operation)
        defer { unsafe rd_kafka_AdminOptions_destroy(options) }
        unsafe _ = rd_kafka_AdminOptions_set_request_timeout(options, limit.wholeMilliseconds, nil, 0)
        unsafe ask(options, queue)
        let patience = limit + .seconds(5)
        guard let event = unsafe rd_kafka_queue_poll(queue, patience.wholeMilliseconds) else {
            throw KafkaError(.timedOut, "no answer within \(patience)")
        }
        defer { unsafe rd_kafka_event_destroy(event) }
        let words = unsafe rd_kafka_event_error_string(event).map { unsafe String(cString: $0) }
        if let error = unsafe KafkaError(rd_kafka_event_error(event), words) { throw error }
        return unsafe read(event)
    }

    @unsafe private func makeTopics(_ topics: [NewTopic]) throws(KafkaError) -> [OpaquePointer?] {
        var objects: [OpaquePointer?] = unsafe []
        for topic in topics {
            let (made, words) = unsafe CText.filled { text, size in
                unsafe rd_kafka_NewTopic_new(topic.name, Int32(topic.partitions), Int32(topic.replicas), text, size)
            }
            guard let made = unsafe made else {
                unsafe rd_kafka_NewTopic_destroy_array(&objects, objects.count)
                throw KafkaError(.invalidArgument, "\(topic.name): \(words)")
            }
            for (name, value) in topic.settings { unsafe rd_kafka_NewTopic_set_config(made, name, value) }
            unsafe objects.append(made)
        }
        return unsafe objects
    }

    @unsafe private func errors(
        _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int
    ) -> [String: KafkaError] {
        var errors: [String: KafkaError] = [:]
        for index in 0..<count {
            let result = unsafe results?[index]
            let words = unsafe rd_kafka_topic_result_error_string(result).map { unsafe String(cString: $0) }
            guard let error = unsafe KafkaError(rd_kafka_topic_result_error(result), words) else { continue }
            unsafe errors[String(cString: rd_kafka_topic_result_name(result))] = error
        }
        return errors
    }

    @unsafe private func withResource<Answer>(
        _ topic: String, _ body: (OpaquePointer) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        guard let resource = unsafe rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic) else {
            throw KafkaError(.invalidArgument, "\(topic) is not a name for a topic")
        }
        defer { unsafe rd_kafka_ConfigResource_destroy(resource) }
        return try unsafe body(resource)
    }

    /// The settings in an answer about one topic, or its error.
    @unsafe private func entries(
        _ resources: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int
    ) -> Result<[Entry], KafkaError> {
        guard count == 1, let resource = unsafe resources?[0] else { return .failure(KafkaError(.wrongState)) }
        let words = unsafe rd_kafka_ConfigResource_error_string(resource).map { unsafe String(cString: $0) }
        if let error = unsafe KafkaError(rd_kafka_ConfigResource_error(resource), words) { return .failure(error) }
        var size = 0
        let list = unsafe rd_kafka_ConfigResource_configs(resource, &size)
        let entries = unsafe UnsafeBufferPointer(start: list, count: size).compactMap { entry -> Entry? in
            guard let value = unsafe rd_kafka_ConfigEntry_value(entry) else { return nil }
            let source = unsafe rd_kafka_ConfigEntry_source(entry)
            return unsafe Entry(
                name: String(cString: rd_kafka_ConfigEntry_name(entry)), value: String(cString: value),
                isOwn: source == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG)
        }
        return .success(entries)
    }
}
