import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@Suite("A consumer's lag", .kafka, .timeLimit(.minutes(2))) struct ConsumerLagTests {
    @Test(
        "it grows while the consumer holds all that it may, also of what is not fetched any more, and ends with the work"
    )
    func paused() async throws {
        let deployment = try await Deployment(partitions: 1)
        let instance = try Instance(deployment)
        let gate = AsyncGate()
        let stage = try instance.stage(limits: .init(maxInFlight: 1, maxBatch: 1)) { _ in try await gate.wait() }
        let topics = TopicsComponent(instance.connection, readiness: instance.context.readiness)
        try await running([topics] + stage) {
            try await publish(0..<5, to: deployment)
            try await eventually("the five are its lag") { lag(of: instance) == 5 }
            try await publish(5..<105, to: deployment)
            try await eventually("what came since counts, too") { lag(of: instance) == 105 }
            gate.open()
            try await eventually("there is none any more") { lag(of: instance) == 0 }
        }
    }

    private func publish(_ numbers: Range<Int>, to deployment: Deployment) async throws {
        let items = numbers.map { EventPublisher.Item(Samples.decision("\($0)"), key: "\($0)") }
        try await deployment.publisher.publish(items, to: Topics.decisions)
    }

    private func lag(of instance: Instance) -> Double? {
        let line = instance.metrics.split(separator: "\n").first { $0.hasPrefix("riposte_consumer_lag_records{") }
        return line?.split(separator: " ").last.flatMap { Double($0) }
    }
}
