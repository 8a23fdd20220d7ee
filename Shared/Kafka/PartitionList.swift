internal import CRdkafka

/// librdkafka's lists of partitions. One that is not destroyed makes the client's destruction wait for ever, so they live
/// only inside the closures here.
enum PartitionList {
    /// A partition, an offset and librdkafka's verdict on it.
    struct Position {
        let topicPartition: TopicPartition
        let offset: Int64
        let error: KafkaError?
    }

    /// Copies a list of librdkafka's.
    @unsafe static func positions(of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> [Position] {
        guard let list = unsafe list, let elements = unsafe list.pointee.elems else { return [] }
        return unsafe UnsafeBufferPointer(start: elements, count: Int(list.pointee.cnt)).map { element in
            unsafe Position(
                topicPartition: TopicPartition(topic: String(cString: element.topic), partition: element.partition),
                offset: element.offset, error: KafkaError(element.err))
        }
    }

    /// Runs `body` with a list of these partitions and offsets (nil: not set).
    @unsafe static func with<Result>(
        _ partitions: some Sequence<(TopicPartition, Int64?)>,
        _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> Result
    ) -> Result {
        let list = unsafe rd_kafka_topic_partition_list_new(0)
        defer { unsafe rd_kafka_topic_partition_list_destroy(list) }
        for (partition, offset) in partitions {
            let element = unsafe rd_kafka_topic_partition_list_add(list, partition.topic, partition.partition)
            if let offset { unsafe element?.pointee.offset = offset }
        }
        return unsafe body(list)
    }
}
