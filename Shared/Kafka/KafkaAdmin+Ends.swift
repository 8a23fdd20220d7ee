internal import CRdkafka

extension KafkaAdmin {
    /// Where partitions end: the offset that the next record of each gets. Those that no broker told of are left out.
    public func ends(of partitions: [TopicPartition]) async -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        return await OwnThread.run("kafka-ends") { [handle, limit] in
            let ends = Self.ends(of: partitions, handle, limit)
            // 2.0.2 goes on asking an old leader; a look at the metadata makes it see the new one.
            for topic in Set(partitions.filter { ends[$0] == nil }.map(\.topic)) {
                _ = Metadata.partitions(of: topic, handle, within: .seconds(1))
            }
            return ends
        }
    }

    /// Asks each leader once for all of its partitions. Blocks.
    private static func ends(
        of partitions: [TopicPartition], _ handle: ClientHandle, _ limit: Duration
    ) -> [TopicPartition: Int64] {
        let latest = Int64(RD_KAFKA_OFFSET_END)
        return unsafe PartitionList.with(partitions.map { ($0, latest) }) { list in
            _ = unsafe rd_kafka_offsets_for_times(handle.pointer, list, limit.wholeMilliseconds)
            // What was not answered still has what was asked, which is no offset.
            let found = unsafe PartitionList.positions(of: list).filter { $0.error == nil && $0.offset >= 0 }
            return Dictionary(found.map { ($0.topicPartition, $0.offset) }) { first, _ in first }
        }
    }
}
