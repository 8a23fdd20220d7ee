import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@Suite("The life of the ledger's log", .timeLimit(.minutes(2))) struct LedgerLogLifeTests {
    @Test("a restarted instance has folded everything before it begins", .kafka)
    func restart() async throws {
        let deployment = try await Deployment()
        let before = try Instance(deployment, "before")
        let first = try before.ledger()
        try await running(before.components(first)) {
            for number in 0..<50 { _ = try await first.append(first.accepts("r-\(number)", "p-\(number)")) }
            #expect(try await first.append(first.ends("r-0", as: .expired)) == .allowed)
        }
        let after = try Instance(deployment, "after")
        let second = try after.ledger()
        try await running(after.components(second)) {
            #expect(second.known.count == 50 && second.open.count == 49)
            #expect(second.entry("r-0")?.request == first.entry("r-0")?.request)
            #expect(second.entry("r-1")?.intentReadAt == nil)
            #expect(after.context.readiness.isReady)
        }
    }

    @Test("tombstones of a request that has ended make everyone forget it; an open one is kept", .kafka)
    func tombstones() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let log = try instance.ledger(keepsKeys: true)
        try await running(instance.components(log)) {
            var changes = log.changes().makeAsyncIterator()
            let facts = [log.accepts("a/b", "p"), log.accepts("open", "q"), log.ends("a/b", as: .denied)]
            #expect(try await log.append(facts) == [.allowed, .allowed, .allowed])
            #expect(await changes.next()?.isSubset(of: ["a/b", "open"]) == true)
            #expect(log.forgettable(after: .seconds(3600)).isEmpty)
            #expect(log.forgettable(after: .seconds(-1)) == ["a/b"])
            try await log.forget(["a/b"], after: .seconds(-1))
            try await eventually("it is forgotten") { log.entry("a/b") == nil }
            #expect(log.known == ["open"] && log.open == ["open"])
            try await eventually("all of it") { log.forgettable(after: .seconds(-1)).isEmpty }
            // The listener hears of that too.
            var heard: Set<String> = []
            while !heard.contains("a/b") { heard.formUnion(await changes.next() ?? ["a/b"]) }
            #expect(try await log.append(log.accepts("a/b", "p")) == .allowed)
        }
    }

    @Test("what came beside the tombstones gets its own right after them", .mockKafka)
    func beside() async throws {
        let deployment = try await Deployment()
        let mock = try #require(try KafkaTrait.current.mock)
        let instance = try Instance(deployment)
        let log = try instance.ledger(keepsKeys: true)
        try await running(instance.components(log)) {
            #expect(try await log.append([log.accepts("r", "p"), log.ends("r", as: .denied)]) == [.allowed, .allowed])
            // It stands in the log before the tombstones, and is read when they are written.
            mock.push(Array(repeating: .leaderNotAvailable, count: 5), into: .fetch)
            var late = log.accepts("r", "p")
            late.writer = "other"
            try await deployment.publisher.publish(late, key: late.key, to: Topics.ledger)
            try await log.forget(["r"], after: .seconds(-1))
            try await eventually("nothing is left") { log.forgettable(after: .seconds(-1)).isEmpty }
            #expect(log.known.isEmpty)
        }
    }

    @Test("a record that is no fact is ignored by everyone and kept once, not again by who starts later", .kafka)
    func noFact() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let log = try instance.ledger()
        try await running(instance.components(log)) {
            try await deployment.send(raw: Array("junk".utf8), key: "r/ACCEPTED/0/x/y", to: Topics.ledger)
            #expect(try await log.append(log.accepts("r", "p")) == .allowed)
            try await eventually("it is kept") { try await deployment.events(of: Topics.deadLetters).count == 1 }
        }
        let later = try Instance(deployment, "later")
        let second = try later.ledger()
        try await running(later.components(second)) {
            #expect(second.known == ["r"])
            #expect(later.log.contains(message: "the ledger has a record that is no fact"))
            _ = try await second.append(second.accepts("s", "q"))
        }
        let letters = try await deployment.events(of: Topics.deadLetters)
        #expect(letters.map(\.reason) == [.notJSON])
    }

    @Test("a stop ends listeners and tells whoever waits to read back that nothing may be done", .mockKafka)
    func stop() async throws {
        let deployment = try await Deployment()
        let mock = try #require(try KafkaTrait.current.mock)
        let instance = try Instance(deployment)
        let log = try instance.ledger()
        let following = FollowingComponent(log, readiness: instance.context.readiness)
        let running = Task {
            try await following.start()
            try await following.run()
        }
        try await eventually("it has caught up") { instance.context.readiness.isReady }
        _ = try await log.append(log.accepts("r", "p"))
        let listening = Task { for await _ in log.changes() {} }
        // Nothing is read from now on, while it is still written.
        mock.setError(.notLeader, topic: "nowhere")
        mock.push(Array(repeating: .leaderNotAvailable, count: 10_000), into: .fetch)
        let waiting = Task { try await log.append(log.fact(.intent, of: "r", attempt: 1)) }
        try await eventually("it is written") { instance.producer.counters.acknowledged >= 2 }
        await log.stop()
        let error = await #expect(throws: KafkaError.self) { try await waiting.value }
        #expect(error?.code == .closed)
        await listening.value
        for await _ in log.changes() {}
        try await running.value
        // What happens behind the end is written all the same, for those who come later.
        let written = instance.producer.counters.acknowledged
        await #expect(throws: KafkaError.self) { try await log.append(log.fact(.uncertain, of: "r", attempt: 1)) }
        #expect(instance.producer.counters.acknowledged == written + 1)
        await instance.producer.close()
    }

    @Test("an append across a producer's rebirth is still answered by the place that counts", .mockKafka)
    func rebirth() async throws {
        let deployment = try await Deployment()
        let mock = try #require(try KafkaTrait.current.mock)
        let instance = try Instance(deployment)
        let log = try instance.ledger()
        try await running(instance.components(log)) {
            _ = try await log.append(log.accepts("r", "p"))
            mock.push([KafkaError.Code(rawValue: 45)], into: .produce)
            #expect(try await log.append(log.fact(.intent, of: "r", attempt: 1)) == .allowed)
            #expect(instance.producer.counters.rebirths == 1)
        }
    }

    @Test("while Kafka is away an append waits, and nothing is lost when it is back", .mockKafka)
    func away() async throws {
        let deployment = try await Deployment()
        let mock = try #require(try KafkaTrait.current.mock)
        let instance = try Instance(deployment)
        let log = try instance.ledger()
        try await running(instance.components(log)) {
            _ = try await log.append(log.accepts("r", "p"))
            mock.takeDown()
            let waiting = Task { try await log.append(log.fact(.intent, of: "r", attempt: 1)) }
            try await eventually("it is on its way") { instance.producer.counters.unacknowledged == 1 }
            mock.bringUp()
            #expect(try await waiting.value == .allowed)
        }
    }

    @Test("an append that Kafka refuses throws and keeps nothing waiting", .mockKafka)
    func refused() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let log = try instance.ledger()
        try await running(instance.components(log)) {
            var huge = log.accepts("r", "p")
            huge.detail = String(repeating: "x", count: 3 << 20)
            let refused = huge
            let error = await #expect(throws: KafkaError.self) { try await log.append(refused) }
            #expect(error?.code == .messageTooLarge)
            let judgement = try await log.append(log.accepts("r", "p"))
            #expect(judgement == .allowed)
        }
    }
}
