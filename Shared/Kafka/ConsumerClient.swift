internal import CRdkafka

/// A group member's calls into librdkafka. Only for its loop's thread.
struct ConsumerClient: Sendable {
    let handle: ClientHandle
    let start: KafkaConsumer.Start

    func subscribe(_ topics: [String]) -> KafkaError? {
        unsafe PartitionList.with(topics.map { (TopicPartition(topic: $0, partition: -1), nil) }) { list in
            unsafe KafkaError(rd_kafka_subscribe(handle.pointer, list))
        }
    }

    /// Takes an assignment; fetching begins.
    func assign(_ partitions: [TopicPartition]) -> KafkaError? {
        let offset = start == .beginning ? Int64(RD_KAFKA_OFFSET_BEGINNING) : nil
        return unsafe PartitionList.with(partitions.map { ($0, offset) }) { list in
            unsafe KafkaError(rd_kafka_assign(handle.pointer, list))
        }
    }

    /// Gives the assignment back.
    func unassign() {
        unsafe _ = rd_kafka_assign(handle.pointer, nil)
    }

    func pause(_ partitions: Set<TopicPartition>) {
        guard !partitions.isEmpty else { return }
        unsafe PartitionList.with(partitions.map { ($0, nil) }) {
            unsafe _ = rd_kafka_pause_partitions(handle.pointer, $0)
        }
    }

    func resume(_ partitions: Set<TopicPartition>) {
        guard !partitions.isEmpty else { return }
        unsafe PartitionList.with(partitions.map { ($0, nil) }) {
            unsafe _ = rd_kafka_resume_partitions(handle.pointer, $0)
        }
    }

    /// Sends a commit, whose answer comes by mail; says whether one will come.
    func commitLater(_ offsets: [TopicPartition: Int64]) -> Bool {
        unsafe PartitionList.with(offsets.map { ($0, $1) }) { list in
            unsafe rd_kafka_commit(handle.pointer, list, 1) == RD_KAFKA_RESP_ERR_NO_ERROR
        }
    }

    /// Commits and blocks for the answer, but no longer than `limit`: librdkafka's own synchronous commit waits for a
    /// coordinator that is away for the whole session time-out, and longer.
    func commitNow(_ offsets: [TopicPartition: Int64], within limit: Duration) -> KafkaError? {
        guard let queue = unsafe rd_kafka_queue_new(handle.pointer) else { return KafkaError(.timedOut) }
        defer { unsafe rd_kafka_queue_destroy(queue) }
        let code = unsafe PartitionList.with(offsets.map { ($0, $1) }) { list in
            unsafe rd_kafka_commit_queue(handle.pointer, list, queue, nil, nil)
        }
        if let error = KafkaError(code) { return error }
        guard let event = unsafe rd_kafka_queue_poll(queue, limit.wholeMilliseconds) else {
            return KafkaError(.timedOut, "no answer to a commit within \(limit)")
        }
        defer { unsafe rd_kafka_event_destroy(event) }
        return unsafe KafkaError(rd_kafka_event_error(event))
    }
}
