internal import Connections
internal import FoundationEssentials
internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

extension Tracker {
    /// What the tracker is made of, in the order in which it starts.
    static func components(
        _ configuration: TrackerConfiguration, _ context: ServiceContext
    ) throws -> [any Component] {
        let console = try ConsoleConnection(configuration.console, context: context, logsInAtStart: true)
        let source = CybereasonConsole(client: console.client)
        return [console] + (try components(configuration, context, console: source))
    }

    /// The same over any console and host's clock.
    static func components(
        _ configuration: TrackerConfiguration, _ context: ServiceContext, console: any RemediationConsole,
        now: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws -> [any Component] {
        let connection = KafkaConnection(
            configuration.kafka, service: context.name, logger: context.logger, metrics: context.metrics)
        // Somebody waits for each fact to be read back; results and dead letters may wait for company.
        let ledgerProducer = try connection.producer("ledger", linger: .zero)
        let producer = try connection.producer()
        let publisher = connection.publisher(over: producer)
        let deadLetters = connection.deadLetters(over: publisher)
        let ledger = LedgerLog(
            follower: try connection.follower(of: Topics.ledger),
            publisher: connection.publisher(over: ledgerProducer), deadLetters: deadLetters,
            writer: writer(of: context), logger: context.logger)
        let topics = TopicsComponent(connection, readiness: context.readiness)
        let clock = ContinuousClock()
        let desk = TrackingDesk(
            configuration.deskSettings, ledger: ledger, console: console,
            topic: ResultTopic(connection: connection, publisher: publisher),
            observation: TrackingObservation(context), clock: clock, now: now)
        let partitions = ResultPartitions(desk: desk, deadLetters: deadLetters)
        let consumer = try connection.consumer(.tracker, topics: [Topics.results.description], handler: partitions)
        return [
            topics, ProducerComponent(ledgerProducer, name: "ledger producer"), ProducerComponent(producer),
            FollowingComponent(ledger, readiness: context.readiness), Tracking(desk: desk),
            ConsumerComponent("results", consumer, context: context),
        ]
    }

    /// The name in this process's facts: no other process has it, not even one with the same host and process id.
    private static func writer(of context: ServiceContext) -> String {
        let boot = String(UInt64.random(in: .min ... .max), radix: 36)
        return "\(context.instance.replacing("/", with: "_"))-\(boot)"
    }
}

extension TrackerConfiguration {
    fileprivate var deskSettings: TrackingDesk<ContinuousClock>.Settings {
        TrackingDesk<ContinuousClock>.Settings(
            pace: .init(shortest: pollInterval, longest: maxPollInterval), deadline: deadline,
            concurrency: concurrency, limits: .init(verifyFor: verifyFor, amendFor: amendFor))
    }
}
