/// The records of one call of `send`, and what has become of them. Used by the producer's loop alone.
final class ProducerBatch {
    let records: [OutgoingRecord]
    private var positions: [RecordPosition?]
    private var unanswered: Int
    private var failure: KafkaError?
    private var continuation: CheckedContinuation<Result<[RecordPosition], KafkaError>, Never>?

    init(_ records: [OutgoingRecord], _ continuation: CheckedContinuation<Result<[RecordPosition], KafkaError>, Never>)
    {
        self.records = records
        self.continuation = continuation
        positions = Array(repeating: nil, count: records.count)
        unanswered = records.count
    }

    /// Kafka has the record.
    func acknowledge(_ index: Int, partition: Int32, offset: Int64) {
        positions[index] = RecordPosition(topic: records[index].topic, partition: partition, offset: offset)
        answered()
    }

    /// The record could not be delivered.
    func fail(_ index: Int, _ error: KafkaError) {
        if failure == nil {
            failure = error
            failure?.recordIndex = index
        }
        answered()
    }

    private func answered() {
        unanswered -= 1
        guard unanswered == 0 else { return }
        finish(failure.map { .failure($0) } ?? .success(positions.compactMap { $0 }))
    }

    private func finish(_ result: Result<[RecordPosition], KafkaError>) {
        continuation?.resume(returning: result)
        continuation = nil
    }
}
