internal import Kafka
internal import Model
public import Runtime

/// Waits for Kafka at start and checks the topics: a service that cannot work as it must does not begin. After that it goes
/// on asking whether Kafka answers, for librdkafka's own errors tell no idle connection from a dead broker.
public final class TopicsComponent: Component {
    /// How logs call it.
    public let name = "topics"
    private let connection: KafkaConnection
    private let memory: RequestMemory?
    private let kafka: Dependency

    /// Ready, as the condition `kafka`, once a broker has answered and the topics will do, and while brokers answer.
    ///
    /// - Parameter memory: Also checks that no record of a request outlives the memory of it.
    public init(_ connection: KafkaConnection, readiness: Readiness, remembering memory: RequestMemory? = nil) {
        self.connection = connection
        self.memory = memory
        kafka = Dependency(
            "kafka", readiness: readiness, metrics: connection.metrics, logger: connection.logger, isKnown: false)
    }

    /// Asks until a broker answers.
    ///
    /// - Throws: ``TopicProblems`` as a configuration error.
    public func start() async throws {
        var backoff = Backoff(limit: .seconds(5))
        while true {
            do {
                try await connection.checkTopics(remembering: memory)
                return kafka.answered()
            } catch let error as KafkaError {
                kafka.failed(error.description)
                connection.logger.warning("kafka does not answer", [.error: .string(error.description)])
                try await Task.sleep(for: backoff.next())
            }
        }
    }

    /// Asks now and then whether Kafka answers, and how far the consumers are behind, until it is cancelled.
    public func run() async throws {
        // A question cannot be taken back; nobody waits for the last one.
        let admin = try KafkaAdmin(connection.settings.kafka, within: .seconds(3))
        let asking = Task { [connection, kafka] in try await Self.watch(connection, kafka, admin) }
        let measuring = Task { [connection] in try await connection.lag.run(asking: admin) }
        defer {
            asking.cancel()
            measuring.cancel()
        }
        let (never, end) = AsyncStream.makeStream(of: Never.self)
        for await _ in never {}
        withExtendedLifetime(end) {}
    }

    /// How often Kafka is asked while it answers, and while it does not.
    private static let interval = Duration.seconds(5)
    private static let haste = Duration.seconds(1)

    private static func watch(
        _ connection: KafkaConnection, _ kafka: Dependency, _ admin: KafkaAdmin
    ) async throws {
        let topic = connection.name(of: Topics.requests)
        while true {
            var pause = interval
            do throws(KafkaError) {
                if try await admin.partitionCount(of: topic) != nil {
                    kafka.answered()
                } else {
                    kafka.failed("\(topic) does not exist any more")
                }
            } catch {
                kafka.failed(error.description)
                pause = haste
            }
            try await Task.sleep(for: pause)
        }
    }
}
