internal import CRdkafka

/// What librdkafka's callbacks note for the owner of a client, who reads it after each poll: a callback only writes
/// things down, so nothing of ours ever runs inside librdkafka.
final class ClientMail: Sendable {
    /// The report about one record that was sent.
    struct Delivery: Sendable {
        let ticket: UInt
        let error: KafkaError?
        let partition: Int32
        let offset: Int64
    }

    /// A change of the group's assignment, which the owner has to answer with `rd_kafka_assign`.
    enum Rebalance: Sendable {
        case assigned([TopicPartition])
        case revoked([TopicPartition], isLost: Bool)
    }

    /// The answer to an asynchronous commit.
    struct Commit: Sendable {
        let error: KafkaError?
        /// The offsets that the group's coordinator has taken.
        let offsets: [TopicPartition: Int64]
    }

    private struct Box {
        var deliveries: [Delivery] = []
        var rebalances: [Rebalance] = []
        var commits: [Commit] = []
        var isClosing = false
    }

    let observer: KafkaObserver
    private let secrets: [String]
    private let box = Monitor(Box())

    init(observer: KafkaObserver, secrets: [String]) {
        self.observer = observer
        self.secrets = secrets
    }

    /// The mail whose address librdkafka was given; its client keeps it alive.
    @unsafe static func at(_ opaque: UnsafeMutableRawPointer) -> ClientMail {
        unsafe Unmanaged<ClientMail>.fromOpaque(opaque).takeUnretainedValue()
    }

    /// From now on revocations are answered in the callback, for nobody reads the mail any more.
    func close() {
        box.withLock { $0.isClosing = true }
    }

    func takeDeliveries() -> [Delivery] { box.withLock { $0.deliveries.takeAll() } }
    func takeRebalances() -> [Rebalance] { box.withLock { $0.rebalances.takeAll() } }
    func takeCommits() -> [Commit] { box.withLock { $0.commits.takeAll() } }
    var hasRebalance: Bool { box.withLock { !$0.rebalances.isEmpty } }

    /// The text without the configuration's secrets, which a debug line of librdkafka may hold.
    func withoutSecrets(_ text: String) -> String {
        secrets.reduce(text) { $0.replacing($1, with: "[secret]") }
    }
}

// What the callbacks say. They run on a thread that polls, except `log`, which runs on any.
extension ClientMail {
    @unsafe func log(
        _ instance: OpaquePointer, _ level: Int32, _ facility: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?
    ) {
        let facility = unsafe facility.map { unsafe String(cString: $0) } ?? ""
        let text = unsafe text.map { unsafe String(cString: $0) } ?? ""
        // One configuration serves producers and consumers; that a producer ignores a consumer's setting is intended.
        if facility == "CONFWARN", text.contains("will be ignored by this") { return }
        let client = unsafe String(cString: rd_kafka_name(instance))
        observer.onLog(KafkaLogLine(client: client, level: Int(level), facility: facility, text: withoutSecrets(text)))
    }

    @unsafe func failed(_ instance: OpaquePointer, _ code: rd_kafka_resp_err_t, _ reason: UnsafePointer<CChar>?) {
        let words = unsafe reason.map { unsafe String(cString: $0) }
        var error = KafkaError(code, words.map(withoutSecrets))
        if code == RD_KAFKA_RESP_ERR__FATAL {
            error = unsafe Self.fatalError(of: instance) ?? error
            error?.isFatal = true
        }
        if let error { observer.onError(error) }
    }

    @unsafe func delivered(_ message: UnsafePointer<rd_kafka_message_t>) {
        let delivery = unsafe Delivery(
            ticket: UInt(bitPattern: message.pointee._private), error: KafkaError(message.pointee.err),
            partition: message.pointee.partition, offset: message.pointee.offset)
        box.withLock { $0.deliveries.append(delivery) }
    }

    @unsafe func rebalanced(
        _ instance: OpaquePointer, _ code: rd_kafka_resp_err_t,
        _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {
        let all = unsafe PartitionList.positions(of: partitions).map(\.topicPartition)
        let isAssignment = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS
        let isLost = unsafe rd_kafka_assignment_lost(instance) != 0
        let isNoted = box.withLock { box in
            guard !box.isClosing else { return false }
            box.rebalances.append(isAssignment ? .assigned(all) : .revoked(all, isLost: isLost))
            return true
        }
        if isNoted {
            // The answer is due later, on the same thread: librdkafka waits for `rd_kafka_assign`, heartbeats go on.
            unsafe rd_kafka_yield(instance)
        } else {
            unsafe _ = rd_kafka_assign(instance, nil)
        }
    }

    @unsafe func committed(
        _ code: rd_kafka_resp_err_t, _ offsets: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {
        let error = KafkaError(code)
        let taken = unsafe PartitionList.positions(of: offsets).filter {
            error == nil && $0.error == nil && $0.offset >= 0
        }
        let pairs = taken.map { ($0.topicPartition, $0.offset) }
        let commit = Commit(error: error, offsets: Dictionary(pairs) { max($0, $1) })
        box.withLock { $0.commits.append(commit) }
    }

    /// The first fatal error of an instance, which stays.
    @unsafe static func fatalError(of instance: OpaquePointer) -> KafkaError? {
        guard unsafe rd_kafka_fatal_error(instance, nil, 0) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        let (code, words) = unsafe CText.filled { text, size in unsafe rd_kafka_fatal_error(instance, text, size) }
        guard var error = KafkaError(code, words) else { return nil }
        error.isFatal = true
        return error
    }
}

extension Array {
    /// Everything that it held; it is empty afterwards.
    fileprivate mutating func takeAll() -> Self {
        var taken: Self = []
        swap(&taken, &self)
        return taken
    }
}
