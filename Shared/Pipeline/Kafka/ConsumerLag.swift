internal import JSON
internal import Kafka
internal import Runtime
internal import Synchronization

/// How far a service's consumers are behind the ends of their topics.
///
/// The ends are asked for: librdkafka knows them from what it fetches, and of a partition that is paused, because what is
/// in flight waits for something, it would show the end of long ago.
public final class ConsumerLag: Sendable {
    private let book = Mutex(LagBook())
    private let consumers = Mutex<[Watched]>([])

    private struct Watched {
        weak var consumer: KafkaConsumer?
    }

    /// Nothing to watch yet.
    public init() {}

    /// Shows the consumer's lag in each topic. Summed over a group's instances it is the group's.
    func watch(_ consumer: KafkaConsumer, group: String, topics: [String], metrics: Metrics) {
        consumers.withLock { consumers in
            consumers.removeAll { $0.consumer == nil }
            consumers.append(Watched(consumer: consumer))
        }
        for topic in topics {
            metrics.reading(
                "consumer_lag_records",
                help: "Offsets between the first record without an outcome and the end, of this instance's partitions.",
                labels: ["group": group, "topic": topic]
            ) { [weak self, weak consumer] in
                guard let self, let status = consumer?.status else { return nil }
                return lag(of: status.assigned.filter { $0.topic == topic }, status.positions).map(Double.init)
            }
        }
    }

    private func lag(of partitions: [TopicPartition], _ positions: [TopicPartition: Int64]) -> Int64? {
        book.withLock { $0.lag(of: partitions, at: positions, now: .now) }
    }

    /// Asks for the ends again and again, until it is cancelled.
    func run(asking admin: KafkaAdmin, every interval: Duration = .seconds(5)) async throws {
        while true {
            let partitions = consumers.withLock { $0.flatMap { $0.consumer?.status.assigned ?? [] } }
            let asked = ContinuousClock.now
            let ends = await admin.ends(of: partitions)
            book.withLock { $0.found(ends, asked: asked) }
            try await Task.sleep(for: interval)
        }
    }

    /// Takes what statistics say of a partition: what the group had committed, and what is still there.
    func take(_ partition: TopicPartition, _ value: JSONValue) {
        let committed = value["committed_offset"]?.asInt64 ?? -1
        let low = value["lo_offset"]?.asInt64 ?? -1
        let start = LagBook.Start(committed: committed < 0 ? nil : committed, low: low < 0 ? nil : low)
        guard start != LagBook.Start() else { return }
        book.withLock { $0.began(partition, start) }
    }
}
