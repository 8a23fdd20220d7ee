public import Kafka
public import Model
public import Runtime

/// Makes a service's Kafka clients: all with the same settings, names, log and metrics.
public struct KafkaConnection: Sendable {
    /// Where Kafka is and how its topics are called.
    public let settings: KafkaSettings
    /// Where the clients log.
    public let logger: Logger
    /// Where the clients count.
    public let metrics: Metrics

    /// The service, for example `detector`: the source of its events and the name of its followers.
    public let service: String
    private let observer: KafkaObserver
    let lag = ConsumerLag()

    /// Connects nothing yet: each client does that by itself.
    public init(_ settings: KafkaSettings, service: String, logger: Logger, metrics: Metrics) {
        self.settings = settings
        self.service = service
        self.logger = logger
        self.metrics = metrics
        observer = .wired(to: logger.named("kafka"), metrics: metrics, lag: lag)
    }

    /// A topic's name in this deployment.
    public func name<Message>(of topic: Topic<Message>) -> String { topic.name(prefix: settings.prefix) }

    /// A producer. Without a limit it tries for ever: its callers wait while Kafka is away.
    ///
    /// - Parameters:
    ///   - name: How metrics call it.
    ///   - linger: How long a record may wait for company; zero for records that someone waits for.
    public func producer(_ name: String = "events", linger: Duration? = nil) throws(KafkaError) -> KafkaProducer {
        let producer = try KafkaProducer(settings.kafka, linger: linger, observer: observer)
        producer.show(as: name, in: metrics)
        return producer
    }

    /// A publisher of events over a producer.
    public func publisher(over producer: KafkaProducer) -> EventPublisher {
        EventPublisher(producer: producer, prefix: settings.prefix, service: service)
    }

    /// The dead letters of this service.
    public func deadLetters(over publisher: EventPublisher) -> DeadLetterOffice {
        DeadLetterOffice(publisher: publisher, service: service, logger: logger, metrics: metrics)
    }

    /// A member of a consumer group on topics of the catalogue.
    public func consumer(
        _ group: ConsumerGroup, topics: [TopicPlan], handler: any KafkaConsumerHandler,
        startAt start: KafkaConsumer.Start = .committed, limits: KafkaConsumer.Limits = .init()
    ) throws(KafkaError) -> KafkaConsumer {
        let names = topics.map { settings.prefix + $0.name }
        let consumer = try KafkaConsumer(
            settings.kafka, group: group.rawValue, topics: names, handler: handler, startAt: start, limits: limits,
            observer: observer)
        lag.watch(consumer, group: group.rawValue, topics: names, metrics: metrics)
        return consumer
    }

    /// A follower of a whole topic.
    public func follower<Message>(
        of topic: Topic<Message>, partitions: KafkaFollower.Partitions = .all
    ) throws(KafkaError) -> KafkaFollower {
        try KafkaFollower(
            settings.kafka, group: followerGroup, topic: name(of: topic), partitions: partitions, observer: observer)
    }

    /// How many partitions a topic has now: it may have got more since the start.
    ///
    /// - Throws: `KafkaError` while no broker answers, and for a topic that does not exist.
    public func partitionCount<Message>(of topic: Topic<Message>) async throws(KafkaError) -> Int32 {
        let name = name(of: topic)
        // A call cannot be cancelled, so it is short.
        let admin = try KafkaAdmin(settings.kafka, within: .seconds(5))
        guard let count = try await admin.partitionCount(of: name) else {
            throw KafkaError(.unknownTopicOrPartition, "\(name) does not exist")
        }
        return Int32(count)
    }

    /// Reads a topic once, up to its end as of now, and hands over its events in order.
    ///
    /// A record that cannot be read is logged and passed over: it was some writer's mistake, and this reader only
    /// wants to know what it has said before.
    public func read<Message>(
        _ topic: Topic<Message>, partitions: KafkaFollower.Partitions = .all,
        _ each: @escaping @Sendable (Received<Message>) async -> Void
    ) async throws {
        let logger = logger
        try await KafkaReader.read(
            settings.kafka, group: followerGroup, topic: name(of: topic), partitions: partitions, observer: observer
        ) { records in
            for record in records where record.value != nil {
                do throws(Unusable) {
                    await each(Received(event: try RecordReader.read(record, as: Message.self), record: record))
                } catch {
                    logger.warning(
                        "record of our own topic cannot be read",
                        [
                            .kafkaTopic: .string(record.topic), .kafkaOffset: .int(record.offset),
                            .error: .string("\(error)"),
                        ])
                }
            }
        }
    }

    /// The group that followers name and that nothing is ever committed for.
    private var followerGroup: String { "riposte.\(service).follower" }
}
