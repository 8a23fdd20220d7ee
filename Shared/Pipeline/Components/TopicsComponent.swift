internal import Kafka
public import Runtime

/// Waits for Kafka at start and checks the topics: a service that cannot work as it must does not begin.
public final class TopicsComponent: Component {
    /// How logs call it.
    public let name = "topics"
    private let connection: KafkaConnection
    private let memory: RequestMemory?
    private let condition: ReadinessCondition

    /// Ready, as the condition `kafka`, once a broker has answered and the topics will do.
    ///
    /// - Parameter memory: Also checks that no record of a request outlives the memory of it.
    public init(_ connection: KafkaConnection, readiness: Readiness, remembering memory: RequestMemory? = nil) {
        self.connection = connection
        self.memory = memory
        condition = readiness.condition("kafka")
    }

    /// Asks until a broker answers.
    ///
    /// - Throws: ``TopicProblems`` as a configuration error.
    public func start() async throws {
        var backoff = Backoff(limit: .seconds(5))
        while true {
            do {
                try await connection.checkTopics(remembering: memory)
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
