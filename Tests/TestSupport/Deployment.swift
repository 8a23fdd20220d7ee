internal import JSON
public import Kafka
public import Model
public import Pipeline
public import Runtime

/// A deployment of its own for one test: every topic of the catalogue under a prefix that nobody else uses, on the
/// test's Kafka (see ``KafkaTrait``).
public struct Deployment: Sendable {
    /// Where its Kafka is and how its topics begin.
    public let settings: KafkaSettings

    /// A client of it that is none of the services.
    public let connection: KafkaConnection

    /// Publishes what outsiders would.
    public let publisher: EventPublisher
    private let producer: KafkaProducer

    /// Makes the topics.
    ///
    /// - Parameter partitions: The number that the shared topics have.
    public init(partitions: Int = 3) async throws {
        let fixture = try KafkaTrait.current
        settings = KafkaSettings(
            kafka: try Self.configuration(fixture), prefix: fixture.unique("riposte") + ".",
            checksTopics: fixture.mock == nil)
        connection = KafkaConnection(
            settings, service: "test", logger: Logger(label: "test", level: .error), metrics: Metrics())
        producer = try Self.generous(settings).producer(linger: .zero)
        publisher = connection.publisher(over: producer)
        try await Self.makeTopics(settings, fixture, partitions)
    }

    /// Whoever sends what is too large does not keep to our limits.
    private static func generous(_ settings: KafkaSettings) throws -> KafkaConnection {
        let kafka = try KafkaConfiguration(
            bootstrapServers: settings.kafka.bootstrapServers, clientID: "test",
            settings: settings.kafka.settings.merging(["message.max.bytes": "8000000"]) { $1 })
        return KafkaConnection(
            KafkaSettings(kafka: kafka, prefix: settings.prefix, checksTopics: false), service: "test",
            logger: Logger(label: "test", level: .error), metrics: Metrics())
    }

    /// On the mock a group whose last member has left takes nobody in until the session time-out has passed. With so
    /// short a session the default heartbeat, every three seconds, would come too late.
    ///
    /// The mock holds every fetch back for its whole time, also when there is news, so that time is short; but with the
    /// five milliseconds of a follower the fetches of many deployments side by side leave no processor for the tests.
    private static func configuration(_ fixture: KafkaFixture) throws -> KafkaConfiguration {
        guard fixture.mock != nil else { return fixture.configuration }
        return try KafkaConfiguration(
            bootstrapServers: fixture.configuration.bootstrapServers, clientID: "test",
            settings: fixture.configuration.settings.merging([
                "session.timeout.ms": "3000", "heartbeat.interval.ms": "500", "fetch.wait.max.ms": "20",
            ]) { $1 })
    }

    private static func makeTopics(_ settings: KafkaSettings, _ fixture: KafkaFixture, _ partitions: Int) async throws {
        let plans = Topics.all.map { plan in
            NewTopic(
                name: settings.prefix + plan.name, partitions: plan.partitionCount(shared: partitions), replicas: 1,
                settings: plan.configuration)
        }
        if let mock = fixture.mock {
            for plan in plans { try mock.createTopic(plan.name, partitions: plan.partitions) }
            return
        }
        let admin = try KafkaAdmin(fixture.configuration)
        for error in try await admin.create(plans).values { throw error }
        for plan in plans {
            // The answer comes before every broker knows the topic.
            try await eventually("\(plan.name) exists") {
                try await admin.partitionCount(of: plan.name) == plan.partitions
            }
        }
    }

    /// The keys by which a service finds this deployment.
    public var environment: [String: String] {
        var keys = [
            "KAFKA_BOOTSTRAP_SERVERS": settings.kafka.bootstrapServers, "TOPIC_PREFIX": settings.prefix,
            "TOPICS_CHECK": settings.checksTopics ? "on" : "off",
        ]
        for (name, value) in settings.kafka.settings {
            keys["KAFKA_" + name.uppercased().replacing(".", with: "_")] = value
        }
        return keys
    }

    /// What a service of this deployment is given, with its log captured.
    public func context(_ service: String, log: LogCapture = LogCapture()) -> ServiceContext {
        ServiceContext(name: service, logger: Logger(label: service, level: .debug, sink: log.sink))
    }

    /// Everything that a topic holds now, in the order of each partition.
    public func events<Message>(of topic: Topic<Message>) async throws -> [Message] {
        try await received(of: topic).map(\.event)
    }

    /// Everything that a topic holds now, with the records.
    public func received<Message>(of topic: Topic<Message>) async throws -> [Received<Message>] {
        let collector = Collector<Received<Message>>()
        try await connection.read(topic) { collector.append($0) }
        return collector.items
    }

    /// Sends bytes as somebody would who does not know the contract.
    public func send<Message>(
        raw value: [UInt8]?, key: String? = nil, headers: [KafkaHeader] = [], to topic: Topic<Message>
    ) async throws {
        let record = OutgoingRecord(
            topic: connection.name(of: topic), key: key.map { Array($0.utf8) }, value: value, headers: headers)
        try await producer.send([record])
    }

    /// Allows remediation, or halts it.
    public func halt(_ on: Bool, by person: String = "test") async throws {
        var control = ControlSwitch()
        control.on = on
        control.setBy = person
        control.setAt = .now()
        try await publisher.publish(control, key: ControlSwitch.halt, to: Topics.control)
    }
}

/// Runs components for the time of a test, as a service's lifecycle does: started in order, stopped in reverse.
public func running<Result>(
    _ components: [any Component], _ body: () async throws -> Result
) async throws -> Result {
    var started: [(component: any Component, run: Task<Void, any Error>)] = []
    func stop() async {
        for (component, run) in started.reversed() {
            await component.stop()
            run.cancel()
            _ = await run.result
        }
    }
    do {
        for component in components {
            try await component.start()
            started.append((component, Task { try await component.run() }))
        }
        let result = try await body()
        await stop()
        return result
    } catch {
        await stop()
        throw error
    }
}
