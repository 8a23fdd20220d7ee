internal import Kafka
internal import Model
internal import Pipeline

/// The topic of the results, as the tracker reads and writes it.
struct ResultTopic: Sendable {
    let connection: KafkaConnection
    let publisher: EventPublisher

    /// Writes results and returns where each stands. The trace continues the request's.
    func write(_ results: [RemediationResult]) async throws(KafkaError) -> [RecordPosition] {
        let items = results.map {
            EventPublisher.Item($0, key: $0.requestId, trace: TraceContext(startingAt: $0.requestId))
        }
        return try await publisher.publish(items, to: Topics.results)
    }

    /// How many partitions the topic has now.
    func partitionCount() async throws(KafkaError) -> Int32 {
        try await connection.partitionCount(of: Topics.results)
    }

    /// Reads everything that partitions hold as of now. What cannot be read is passed over.
    func replay(
        _ partitions: [Int32], _ each: @escaping @Sendable (Received<RemediationResult>) async -> Void
    ) async throws {
        guard !partitions.isEmpty else { return }
        try await connection.read(Topics.results, partitions: .some(partitions), each)
    }
}
