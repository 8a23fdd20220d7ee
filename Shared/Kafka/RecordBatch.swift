/// Records that are handed out at once, in order.
struct RecordBatch {
    private(set) var records: [KafkaRecord] = []
    private(set) var bytes = 0
    private var newest: [TopicPartition: Int64] = [:]

    /// Takes a record as the next one; false if its partition's offsets go back with it. Then the log was made anew or
    /// cut: what comes from there on belongs to another batch, so that a late completion cannot mean the wrong record.
    mutating func add(_ record: KafkaRecord) -> Bool {
        if let last = newest[record.topicPartition], record.offset <= last { return false }
        newest[record.topicPartition] = record.offset
        records.append(record)
        bytes += record.size
        return true
    }
}
