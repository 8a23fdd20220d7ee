internal import CRdkafka

/// Questions about topics that every broker answers, the mock too. They block: only on threads of our own.
enum Metadata {
    /// How many partitions a topic has.
    static func partitions(
        of topic: String, _ handle: ClientHandle, within limit: Duration
    ) -> Result<Int32, KafkaError> {
        guard let object = unsafe rd_kafka_topic_new(handle.pointer, topic, nil) else {
            return .failure(KafkaError(.invalidArgument, "\(topic) is not a name for a topic"))
        }
        defer { unsafe rd_kafka_topic_destroy(object) }
        var answer: UnsafePointer<rd_kafka_metadata>?
        let code = unsafe rd_kafka_metadata(handle.pointer, 0, object, &answer, limit.wholeMilliseconds)
        defer { if let answer = unsafe answer { unsafe rd_kafka_metadata_destroy(answer) } }
        if let error = KafkaError(code) {
            return .failure(KafkaError(error.code, "no metadata of \(topic): \(error.message)"))
        }
        guard let answer = unsafe answer, unsafe answer.pointee.topic_cnt == 1, let found = unsafe answer.pointee.topics
        else { return .failure(KafkaError(.unknownTopicOrPartition, "\(topic) does not exist")) }
        if let error = unsafe KafkaError(found.pointee.err) {
            return .failure(KafkaError(error.code, "\(topic): \(error.message)"))
        }
        let count = unsafe found.pointee.partition_cnt
        return count > 0
            ? .success(count) : .failure(KafkaError(.unknownTopicOrPartition, "\(topic) has no partitions"))
    }

    /// The first offset whose record's timestamp is `time` or later, nil when there is none.
    static func offset(
        of partition: TopicPartition, from time: Int64, _ handle: ClientHandle, within limit: Duration
    ) -> Result<Int64?, KafkaError> {
        unsafe PartitionList.with([(partition, time)]) { list in
            let code = unsafe rd_kafka_offsets_for_times(handle.pointer, list, limit.wholeMilliseconds)
            if let error = KafkaError(code) { return .failure(error) }
            guard let found = unsafe PartitionList.positions(of: list).first else { return .success(nil) }
            if let error = found.error { return .failure(error) }
            return .success(found.offset >= 0 ? found.offset : nil)
        }
    }
}
