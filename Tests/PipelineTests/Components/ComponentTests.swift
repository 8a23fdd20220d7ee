import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@Suite("Components", .timeLimit(.minutes(2))) struct ComponentTests {
    struct Broken: Error, Equatable {}

    @Test("the topics' component waits for a Kafka that comes later, not ready until then", .mockKafka)
    func kafkaLater() async throws {
        let deployment = try await Deployment(partitions: 5)
        let mock = try #require(try KafkaTrait.current.mock)
        mock.takeDown()
        let instance = try Instance(deployment)
        let topics = TopicsComponent(instance.connection, readiness: instance.context.readiness)
        let starting = Task { try await topics.start() }
        try await eventually("it says that Kafka does not answer") {
            instance.log.contains(message: "kafka does not answer")
        }
        #expect(!instance.context.readiness.isReady)
        mock.bringUp()
        try await starting.value
        #expect(instance.context.readiness.isReady)
        await instance.producer.close()
    }

    @Test("a start that waits for Kafka ends when it is cancelled", .mockKafka)
    func cancelledStart() async throws {
        let deployment = try await Deployment()
        try #require(try KafkaTrait.current.mock).takeDown()
        let instance = try Instance(deployment)
        let ledger = try instance.ledger()
        let topics = TopicsComponent(instance.connection, readiness: instance.context.readiness)
        let following = FollowingComponent(ledger, readiness: instance.context.readiness)
        for component in [topics, following] as [any Component] {
            let starting = Task { try await component.start() }
            for _ in 0..<50 { await Task.yield() }
            starting.cancel()
            await #expect(throws: CancellationError.self) { try await starting.value }
        }
        #expect(!instance.context.readiness.isReady)
        await instance.producer.close()
    }

    @Test("what follows is ready when it has caught up, runs until it is stopped")
    func following() async throws {
        let (readiness, gate, caughtUp) = (Readiness(), AsyncGate(), AsyncGate())
        let component = FollowingComponent(
            "cache", readiness: readiness, run: { try await gate.wait() }, caughtUp: { try await caughtUp.wait() },
            stop: { gate.open() })
        let starting = Task { try await component.start() }
        try await eventually("it follows") { gate.waiters == 1 && caughtUp.waiters == 1 }
        #expect(!readiness.isReady)
        caughtUp.open()
        try await starting.value
        #expect(readiness.isReady && component.name == "cache")
        let run = Task { try await component.run() }
        await component.stop()
        try await run.value
    }

    @Test("what cannot follow says why, at the start and later")
    func broken() async throws {
        let early = FollowingComponent(
            "early", readiness: Readiness(), run: { throw Broken() },
            caughtUp: { throw KafkaError(.closed) }, stop: {})
        await #expect(throws: Broken.self) { try await early.start() }
        let late = FollowingComponent(
            "late", readiness: Readiness(), run: { throw Broken() }, caughtUp: {}, stop: {})
        try await late.start()
        await #expect(throws: Broken.self) { try await late.run() }
    }

    @Test("a service whose producer is beyond repair ends with an error: it must not keep its partitions", .mockKafka)
    func fatalProducer() async throws {
        let deployment = try await Deployment()
        let mock = try #require(try KafkaTrait.current.mock)
        let instance = try Instance(deployment)
        let lifecycle = Lifecycle(logger: instance.context.logger, readiness: instance.context.readiness)
        let stage = try instance.stage { _ in }
        let service = Task { await lifecycle.run { stage } }
        // What librdkafka takes for a desynchronised sequence, twice within a minute.
        for id in ["first", "second"] {
            mock.push([KafkaError.Code(rawValue: 45)], into: .produce)
            _ = try? await instance.publisher.publish(Samples.decision(id), key: id, to: Topics.decisions)
        }
        #expect(await service.value == .failed)
        #expect(instance.log.contains(message: "component failed"))
    }

    @Test("a consumer shows its state in the metrics, and a producer sends what it has before it ends", .kafka)
    func metrics() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let gate = AsyncGate()
        let stage = try instance.stage { _ in try await gate.wait() }
        try await running(stage) {
            try await deployment.publisher.publish(Samples.decision("a"), key: "a", to: Topics.decisions)
            try await eventually("it is in flight") { gate.waiters == 1 }
            let text = instance.metrics
            #expect(text.contains(#"riposte_consumer_in_flight_records{consumer="test"} 1"#))
            #expect(text.contains(#"riposte_consumer_oldest_in_flight_seconds{consumer="test"}"#))
            #expect(text.contains(#"riposte_consumer_rebalances_total{consumer="test"} 1"#))
            #expect(instance.context.liveness.stuck.isEmpty)
            gate.open()
        }
        await #expect(throws: KafkaError.self) {
            try await instance.publisher.publish(Samples.decision("b"), key: "b", to: Topics.decisions)
        }
    }
}
