internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime
internal import Signing

/// A command's way to Kafka, by the same keys of the environment as the services'.
struct KafkaAccess: Sendable {
    let connection: KafkaConnection

    /// What followers name and nothing is ever committed for.
    static let followerGroup = "riposte.cli.follower"

    /// How long Kafka may take to answer at all before it counts as away.
    static let patience = Duration.seconds(10)

    /// How long a record may take to be acknowledged.
    static let delivery = Duration.seconds(30)

    init(_ settings: KafkaSettings, logger: Logger) {
        connection = KafkaConnection(settings, service: "cli", logger: logger, metrics: Metrics())
    }

    /// Reads the settings.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong.
    init(_ context: CommandContext) throws {
        var reader = ConfigurationReader(environment: context.environment)
        let settings = Self.settings(reading: &reader)
        try reader.finish()
        self.init(settings, logger: context.logger)
    }

    /// The keys of the environment, as every command that needs Kafka reads and explains them.
    @discardableResult
    static func settings(reading reader: inout ConfigurationReader) -> KafkaSettings {
        KafkaSettings(reading: &reader, clientID: "riposte")
    }

    /// How many partitions a topic has.
    ///
    /// - Throws: `DependencyUnavailable` when no broker answers, `TopicProblems` when the topic does not exist.
    func partitions<Message>(of topic: Topic<Message>) async throws -> Int32 {
        try await partitions(named: connection.name(of: topic))
    }

    /// The same for a topic by its full name.
    func partitions(named name: String) async throws -> Int32 {
        let count = try await reaching { () throws(KafkaError) in
            try await KafkaAdmin(connection.settings.kafka, within: Self.patience).partitionCount(of: name)
        }
        guard let count else {
            throw TopicProblems(problems: ["\(name) does not exist: riposte topics apply creates it"])
        }
        return Int32(count)
    }

    /// Publishes one event and gives its place; for a person, who will not wait for ever.
    ///
    /// - Parameter signer: Signs it; nil: it is not signed.
    func publish<Message>(
        _ event: Message, key: String, to topic: Topic<Message>, signedBy signer: RecordSigner? = nil
    ) async throws -> RecordPosition {
        let item = EventPublisher.Item(event, key: key, headers: try signer?.headers(for: event.json()) ?? [])
        _ = try await partitions(of: topic)
        return try await reaching { () throws(KafkaError) in
            let producer = try KafkaProducer(connection.settings.kafka, linger: .zero, giveUpAfter: Self.delivery)
            let place: Result<RecordPosition?, KafkaError>
            do throws(KafkaError) {
                place = .success(try await connection.publisher(over: producer).publish([item], to: topic).first)
            } catch {
                place = .failure(error)
            }
            await producer.close()
            guard let position = try place.get() else { throw KafkaError(.closed, "nothing was sent") }
            return position
        }
    }

    /// A follower of what is written to a topic from now on, or of all that it holds.
    func follower<Message>(
        of topic: Topic<Message>, fromStart: Bool, partitions: KafkaFollower.Partitions = .all
    ) async throws -> KafkaFollower {
        let count = try await self.partitions(of: topic)
        let fromNow = Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, KafkaFollower.fromNow) })
        return try KafkaFollower(
            connection.settings.kafka, group: Self.followerGroup, topic: connection.name(of: topic),
            partitions: partitions, startAt: fromStart ? [:] : fromNow)
    }

    /// Runs `body`; what says that Kafka is away ends the process with 75 instead of 1, and says where it was looked for.
    func reaching<Result>(_ body: () async throws(KafkaError) -> Result) async throws -> Result {
        do throws(KafkaError) {
            return try await body()
        } catch {
            let servers = connection.settings.kafka.bootstrapServers
            // Metadata came, so a broker answers, but none of them is the one that administers.
            if error.message.contains("waiting for controller") { throw NoAdministration(servers: servers) }
            guard error.isRetriable || error.isState else { throw error }
            throw DependencyUnavailable("kafka", reason: "\(servers) (KAFKA_BOOTSTRAP_SERVERS): \(error.description)")
        }
    }
}

/// Brokers that answer, of which none administers topics.
struct NoAdministration: ExitCodeError, Equatable, CustomStringConvertible {
    let servers: String
    var exitCode: ExitCode { .unavailable }
    var description: String {
        "kafka at \(servers) names no controller. The embedded broker of 'riposte sandbox' never has one: it has its topics"
            + " already and no administration. On a real Kafka, try again"
    }
}

extension CommandArguments {
    /// Who does it: `--by`, or `USER`, or the account of this process, which every process has. Nobody who wants to halt
    /// everything is sent away for want of a name.
    func person(_ option: String, _ context: CommandContext) async -> String {
        for name in [value(option), context.environment["USER"]] {
            if let name, !name.isEmpty { return name }
        }
        return await SystemAccount.name()
    }

    /// The key of the environment that ``person(_:_:)`` reads, for the help.
    static func declarePerson(_ reader: inout ConfigurationReader) {
        _ = reader.optional("USER", "Who does it, unless an option says so; else the name of this account", .string)
    }
}
