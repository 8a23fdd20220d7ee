import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@Suite("A stage that ends or loses partitions", .kafka, .timeLimit(.minutes(2))) struct StageRestartTests {
    struct Away: Error {}

    @Test("commits nothing before its outcome, and goes on from there after a restart")
    func restart() async throws {
        let deployment = try await Deployment(partitions: 1)
        for id in ["a", "b", "c"] {
            try await deployment.publisher.publish(Samples.decision(id), key: id, to: Topics.decisions)
        }
        let gate = AsyncGate()
        let first = Collector<String>()
        let one = try Instance(deployment)
        try await running(
            one.stage { received in
                if received.event.requestId == "a" { try await gate.wait() }
                first.append(received.event.requestId)
            }
        ) { try await eventually("all but the first are handled") { first.count == 2 && gate.waiters == 1 } }
        #expect(Set(first.items) == ["b", "c"])

        let second = Collector<String>()
        let two = try Instance(deployment)
        try await running(two.stage { second.append($0.event.requestId) }) {
            try await eventually("all come again") { second.count == 3 }
        }
        #expect(Set(second.items) == ["a", "b", "c"])

        try await deployment.publisher.publish(Samples.decision("d"), key: "d", to: Topics.decisions)
        let third = Collector<String>()
        let three = try Instance(deployment)
        try await running(three.stage { third.append($0.event.requestId) }) {
            try await eventually("the new one comes") { third.count > 0 }
        }
        #expect(third.items == ["d"])
    }

    @Test("revoked work is cancelled, and the next owner gets its records")
    func revocation() async throws {
        let deployment = try await Deployment(partitions: 4)
        let ids = (0..<20).map { "r-\($0)" }
        for id in ids { try await deployment.publisher.publish(Samples.decision(id), key: id, to: Topics.decisions) }
        let gate = AsyncGate()
        let cancelled = Collector<String>()
        let seen = Collector<String>()
        let one = try Instance(deployment)
        let two = try Instance(deployment)
        let blocked = try one.stage { received in
            do {
                try await gate.wait()
            } catch {
                cancelled.append(received.event.requestId)
                throw error
            }
        }
        try await running(blocked) {
            try await eventually("the first works on all") { gate.waiters == 20 }
            try await running(two.stage { seen.append($0.event.requestId) }) {
                try await eventually("the second has handled its share") { seen.count > 0 }
                #expect(Set(cancelled.items) == Set(ids))
            }
        }
        let rest = try Instance(deployment)
        try await running(rest.stage { seen.append($0.event.requestId) }) {
            try await eventually("nothing is lost") { Set(seen.items) == Set(ids) }
        }
    }

    @Test("work that pauses between two tries ends at once when it is cancelled")
    func pausing() async throws {
        let deployment = try await Deployment(partitions: 1)
        let instance = try Instance(deployment)
        let tries = Collector<String>()
        let runner = StageRunner<RemediationDecision>(
            "test", deadLetters: instance.deadLetters, logger: instance.context.logger,
            metrics: instance.context.metrics
        ) { received in
            tries.append(received.event.requestId)
            throw Away()
        }
        let consumer = try instance.connection.consumer(
            .executor, topics: [Topics.decisions.description], handler: runner)
        let component = ConsumerComponent("test", consumer, context: instance.context)
        try await running([component]) {
            for number in 0..<50 {
                try await deployment.publisher.publish(
                    Samples.decision("r-\(number)"), key: "r-\(number)", to: Topics.decisions)
            }
            // Enough tries that some records pause for seconds.
            try await eventually("many failed") { tries.count > 200 }
            await runner.revoked(consumer.status.assigned, lost: false)
            let before = tries.count
            #expect(consumer.status.inFlight == 50 && consumer.status.completed == 0)
            for _ in 0..<100 { await Task.yield() }
            #expect(tries.count == before)
        }
        #expect(!instance.log.lines.contains { $0.contains("CancellationError") })
        await instance.producer.close()
    }
}
