internal import Kafka
public import Runtime
internal import Synchronization

/// Waits for Kafka at start and checks the topics: a service that cannot work as it must does not begin.
public final class TopicsComponent: Component {
    /// How logs call it.
    public let name = "topics"
    private let connection: KafkaConnection
    private let condition: ReadinessCondition
    private let count = Mutex<Int32>(0)

    /// Ready, as the condition `kafka`, once a broker has answered and the topics will do.
    public init(_ connection: KafkaConnection, readiness: Readiness) {
        self.connection = connection
        condition = readiness.condition("kafka")
    }

    /// The number of partitions that the topics share; known once the component has started.
    public var partitionCount: Int32 { count.withLock { $0 } }

    /// Asks until a broker answers.
    ///
    /// - Throws: ``TopicProblems`` as a configuration error.
    public func start() async throws {
        var backoff = Backoff(limit: .seconds(5))
        while true {
            do {
                let found = try await connection.checkTopics()
                count.withLock { $0 = Int32(found) }
                return condition.set(true)
            } catch let problems as TopicProblems {
                connection.logger.error("topics refused", ["problems": .strings(problems.problems)])
                throw problems
            } catch let error as KafkaError {
                condition.set(false, reason: error.description)
                connection.logger.warning("kafka does not answer", [.error: .string(error.description)])
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}
