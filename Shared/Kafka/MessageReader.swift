internal import CRdkafka

/// Reads messages from a consumer's queue, one by one: `rd_kafka_consume_batch_queue` loses records or gets offsets wrong
/// on 2.0.2 when a pause, seek or rebalance comes between.
struct MessageReader {
    /// What a poll gave.
    enum Item {
        case record(KafkaRecord)
        /// The partition's end was reached; the next record will have this offset or a higher one.
        case end(TopicPartition, Int64)
        case failure(KafkaError)
    }

    /// The names of topics by the address of librdkafka's object for them, to make no string for each record.
    private var names: [UInt: String] = [:]

    /// The next item; nil when there is none within the time, or the poll served something else or was interrupted.
    mutating func next(_ handle: ClientHandle, milliseconds: Int32) -> Item? {
        guard let message = unsafe rd_kafka_consumer_poll(handle.pointer, milliseconds) else { return nil }
        defer { unsafe rd_kafka_message_destroy(message) }
        let topic = unsafe name(of: message.pointee.rkt)
        let partition = unsafe message.pointee.partition
        // The error first: then the payload is its text.
        guard let error = unsafe KafkaError(message.pointee.err) else { return unsafe .record(copy(message, topic)) }
        if unsafe message.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            return unsafe .end(TopicPartition(topic: topic, partition: partition), message.pointee.offset)
        }
        // A consumer's fatal error comes this way, and not through the callback for errors.
        if error.code == .fatal, let fatal = handle.fatalError { return .failure(fatal) }
        let words = unsafe rd_kafka_message_errstr(message).map { unsafe String(cString: $0) } ?? error.message
        return .failure(KafkaError(error.code, topic.isEmpty ? words : "\(topic)[\(partition)]: \(words)"))
    }

    /// Forgets the names: when partitions are given back, their addresses may be used for other topics.
    mutating func reset() {
        names = [:]
    }

    @unsafe private mutating func name(of topic: OpaquePointer?) -> String {
        guard let topic = unsafe topic else { return "" }
        let address = UInt(bitPattern: topic)
        if let name = names[address] { return name }
        let name = unsafe String(cString: rd_kafka_topic_name(topic))
        names[address] = name
        return name
    }

    @unsafe private func copy(_ message: UnsafeMutablePointer<rd_kafka_message_t>, _ topic: String) -> KafkaRecord {
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = unsafe rd_kafka_message_timestamp(message, &type)
        return unsafe KafkaRecord(
            topic: topic, partition: message.pointee.partition, offset: message.pointee.offset, timestamp: timestamp,
            key: Self.bytes(message.pointee.key, message.pointee.key_len),
            value: Self.bytes(message.pointee.payload, message.pointee.len), headers: Self.headers(of: message))
    }

    @unsafe private static func headers(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard unsafe rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return [] }
        var headers: [KafkaHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while unsafe rd_kafka_header_get_all(list, headers.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            let text = unsafe name.map { unsafe String(cString: $0) } ?? ""
            headers.append(KafkaHeader(name: text, value: unsafe bytes(value, size) ?? []))
        }
        return headers
    }

    /// A null pointer is a tombstone or no key, and not the same as no bytes.
    @unsafe private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
        guard let start = unsafe start else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
