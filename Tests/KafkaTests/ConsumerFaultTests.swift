import Kafka
import Synchronization
import TestSupport
import Testing

@Suite(.mockKafka, .timeLimit(.minutes(2))) struct ConsumerFaultTests {
    @Test("a commit that fails is made again") func failedCommit() async throws {
        let kafka = try KafkaTrait.current
        let fixture = try await ConsumerFixture(kafka)
        try await fixture.fill(0..<5)
        let handler = RecordingHandler(completesAtOnce: false)
        let consumer = try fixture.consumer(handler)
        try await fixture.running(consumer) {
            try await eventually("all are read") { handler.heldCount == 5 }
            try #require(kafka.mock).push([.topicAuthorizationFailed], into: .offsetCommit)
            handler.complete()
            try await eventually("it failed once") { consumer.status.failedCommits == 1 }
            try await eventually("it is committed") { consumer.status.commits == 1 }
        }
        try await fixture.fill(5..<6)
        let second = RecordingHandler()
        try await fixture.running(fixture.consumer(second)) {
            try await eventually("only the new one comes") { second.records.count > 0 }
        }
        #expect(second.values == ["5"])
        await fixture.producer.close()
    }

    @Test("a broker that goes away and comes back costs no record") func brokerAway() async throws {
        let kafka = try KafkaTrait.current
        let mock = try #require(kafka.mock)
        let fixture = try await ConsumerFixture(kafka, settings: ["reconnect.backoff.max.ms": "200"])
        try await fixture.fill(0..<10)
        let handler = RecordingHandler()
        let observed = Collector<KafkaError>()
        let consumer = try fixture.consumer(handler, observer: KafkaObserver(onError: { observed.append($0) }))
        try await fixture.running(consumer) {
            try await eventually("the first are read") { handler.records.count == 10 }
            mock.takeDown()
            try await eventually("it is noticed") { !observed.items.isEmpty }
            mock.bringUp()
            try await fixture.fill(10..<20)
            try await eventually("all are read") { Set(handler.values).count == 20 }
        }
        #expect(observed.items.allSatisfy { !$0.isFatal })
        await fixture.producer.close()
    }

    @Test("stopping while the broker is away ends in time") func stopWhileAway() async throws {
        let kafka = try KafkaTrait.current
        let fixture = try await ConsumerFixture(kafka)
        try await fixture.fill(0..<10)
        let handler = RecordingHandler(completesAtOnce: false)
        let consumer = try fixture.consumer(handler)
        let run = Task { try await consumer.run() }
        try await eventually("all are read") { handler.heldCount == 10 }
        try #require(kafka.mock).takeDown()
        handler.complete()
        let begin = ContinuousClock.now
        await consumer.stop(within: .seconds(2))
        try await run.value
        #expect(begin.duration(to: .now) < .seconds(10))
        await fixture.producer.close(within: .milliseconds(100))
    }

    @Test("thrown out of the group, it joins again and reads what was not committed") func thrownOut() async throws {
        let kafka = try KafkaTrait.current
        let fixture = try await ConsumerFixture(kafka)
        try await fixture.fill(0..<10)
        let handler = RecordingHandler(completesAtOnce: false)
        let consumer = try fixture.consumer(handler, limits: .init(drain: .milliseconds(100)))
        try await fixture.running(consumer) {
            try await eventually("all are read") { handler.heldCount == 10 }
            try #require(kafka.mock).push([.unknownMember], into: .heartbeat)
            try await eventually("the assignment is lost") { handler.events.items.contains(.revoked(1, lost: true)) }
            try await eventually("all come again") { handler.records.count == 20 }
            handler.complete { _ in true }
            try await eventually("those of the new assignment count") { consumer.status.completed == 10 }
        }
        await fixture.producer.close()
    }

    @Test("a fatal error ends the run with it, and the handler hears that its partitions go") func fatal() async throws
    {
        let kafka = try KafkaTrait.current
        let fixture = try await ConsumerFixture(kafka, forbidden: ["group.instance.id": "one"])
        let handler = RecordingHandler()
        let observed = Collector<KafkaError>()
        let consumer = try fixture.consumer(
            handler, limits: .init(drain: .seconds(1)), observer: KafkaObserver(onError: { observed.append($0) }))
        let run = Task { try await consumer.run() }
        try await eventually("it is assigned") { consumer.status.hasAssignment }
        // Somebody else has come under the same static name.
        try #require(kafka.mock).push([KafkaError.Code(rawValue: 82)], into: .heartbeat)
        try await eventually("it is noticed") { observed.items.contains { $0.isFatal } }
        let error = await #expect(throws: KafkaError.self) { try await run.value }
        #expect(error?.isFatal == true)
        #expect(handler.events.items.last.map { $0 != .assigned(1) } == true)
        await consumer.stop(within: .seconds(1))
        await fixture.producer.close()
    }

    @Test("no record is delivered before the handler has taken the assignment") func slowAssignment() async throws {
        let kafka = try KafkaTrait.current
        let fixture = try await ConsumerFixture(kafka)
        try await fixture.fill(0..<5)
        let isLoaded = Atomic(false)
        let handler = RecordingHandler(onAssigned: {
            while !isLoaded.load(ordering: .acquiring) { await Task.yield() }
        })
        let consumer = try fixture.consumer(handler)
        try await fixture.running(consumer) {
            try await eventually("the handler loads") { consumer.status.rebalances == 1 }
            let polls = consumer.status.sinceLastPoll
            try await eventually("it polls meanwhile") { (consumer.status.sinceLastPoll ?? .zero) != polls }
            #expect(handler.records.count == 0)
            isLoaded.store(true, ordering: .releasing)
            try await eventually("all are read") { handler.records.count == 5 }
        }
        await fixture.producer.close()
    }
}
