public import Kafka
public import Runtime

/// Runs a consumer with its service, and shows how it is.
public struct ConsumerComponent: Component {
    /// How logs and metrics call it.
    public let name: String
    private let consumer: KafkaConsumer

    /// How long the poll thread may be silent before the process is of no use any more.
    private static let stuckAfter = Duration.seconds(120)

    /// How long a drain may take. Stages cancel what is under way, so it takes milliseconds unless Kafka is away.
    private static let drain = Duration.seconds(7)

    /// What is left for those that are stopped after the consumers: what is on its way to the console ends, and is
    /// written.
    private static let rest = Duration.seconds(12)

    /// Shows the consumer in metrics and liveness, under `name`.
    public init(_ name: String, _ consumer: KafkaConsumer, context: ServiceContext) {
        self.name = name
        self.consumer = consumer
        let labels = ["consumer": name]
        context.metrics.reading(
            "consumer_in_flight_records", help: "Records whose outcome is not known yet.", labels: labels
        ) { Double(consumer.status.inFlight) }
        context.metrics.reading(
            "consumer_since_poll_seconds", help: "Since the consumer last asked Kafka for records.", labels: labels
        ) { consumer.status.sinceLastPoll.map { $0 / .seconds(1) } }
        context.metrics.reading(
            "consumer_oldest_in_flight_seconds",
            help: "Since the oldest record without an outcome was handed out; 0: none.",
            labels: labels
        ) { consumer.status.oldestInFlight.map { $0 / .seconds(1) } ?? 0 }
        context.metrics.reading(
            "consumer_rebalances_total", help: "Assignments that came or went.", kind: .counter, labels: labels
        ) { Double(consumer.status.rebalances) }
        for (outcome, count) in Self.commits {
            context.metrics.reading(
                "consumer_commits_total", help: "Commits of offsets, by whether Kafka took them.", kind: .counter,
                labels: ["consumer": name, "outcome": outcome]
            ) { Double(count(consumer.status)) }
        }
        context.liveness.check(name) {
            guard let silence = consumer.status.sinceLastPoll, silence > Self.stuckAfter else { return nil }
            return "has not polled Kafka for \(silence)"
        }
    }

    private static let commits: [(outcome: String, count: @Sendable (ConsumerStatus) -> Int)] = [
        ("taken", { $0.commits }), ("failed", { $0.failedCommits }),
    ]

    /// Consumes until ``stop()``.
    public func run() async throws { try await consumer.run() }

    /// Hands out no more records, commits what is complete, and leaves the group.
    public func stop() async { await consumer.stop(within: StopTime.share(atMost: Self.drain, leaving: Self.rest)) }
}
