import Kafka
import TestSupport
import Testing

@Suite(.kafka, .timeLimit(.minutes(2))) struct ConsumerRebalanceTests {
    @Test("when a second member joins, both share the partitions and nothing is lost") func share() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current, partitions: 4)
        let first = RecordingHandler()
        let second = RecordingHandler()
        let (one, two) = (try fixture.consumer(first), try fixture.consumer(second))
        try await fixture.running(one) {
            try await eventually("the first has all") { one.status.assigned.count == 4 }
            try await fixture.fill(0..<1_000, partitions: 4)
            try await fixture.running(two) {
                try await eventually("they share") { one.status.assigned.count == 2 && two.status.assigned.count == 2 }
                try await fixture.fill(1_000..<2_000, partitions: 4)
                try await eventually("all are read") { Set(first.values + second.values).count == 2_000 }
                #expect(second.records.count > 0)
            }
            try await eventually("the first has all again") { one.status.assigned.count == 4 }
            try await fixture.fill(2_000..<2_100, partitions: 4)
            try await eventually("the last are read") { Set(first.values + second.values).count == 2_100 }
        }
        // Everything was completed and committed before partitions moved: nothing came twice. The mock, unlike Kafka,
        // refuses commits once a rebalance has begun.
        if fixture.kafka.mock == nil { #expect(first.records.count + second.records.count == 2_100) }
        await fixture.producer.close()
    }

    @Test("partitions go only when their records in flight are completed") func revokeWaits() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current, partitions: 2)
        try await fixture.fill(0..<20, partitions: 2)
        let first = RecordingHandler(completesAtOnce: false)
        let second = RecordingHandler()
        let (one, two) = (try fixture.consumer(first), try fixture.consumer(second))
        try await fixture.running(one) {
            try await eventually("all are read") { first.heldCount == 20 }
            try await fixture.running(two) {
                try await eventually("the first hears of it") {
                    first.events.items.contains(.revoked(2, lost: false))
                }
                #expect(second.events.count == 0)
                first.completeFromNowOn()
                try await eventually("they share") { one.status.assigned.count == 1 && two.status.assigned.count == 1 }
                try await fixture.fill(20..<40, partitions: 2)
                try await eventually("the new ones are read") { Set(first.values + second.values).count == 40 }
            }
        }
        if fixture.kafka.mock == nil { #expect(first.records.count + second.records.count == 40) }
        await fixture.producer.close()
    }

    @Test("a drain that takes too long is given up; the records come again elsewhere") func drainLimit() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current, partitions: 2)
        try await fixture.fill(0..<20, partitions: 2)
        let first = RecordingHandler(completesAtOnce: false)
        let second = RecordingHandler()
        let one = try fixture.consumer(first, limits: .init(drain: .milliseconds(300)))
        let two = try fixture.consumer(second)
        try await fixture.running(one) {
            try await eventually("all are read") { first.heldCount == 20 }
            try await fixture.running(two) {
                try await eventually("the second has its share") { second.records.count == 10 }
            }
        }
        await fixture.producer.close()
    }

    @Test("a stop ends in time although a handler never returns") func stuckHandler() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current)
        try await fixture.fill(0..<5)
        let never = AsyncStream<Void>.makeStream()
        let handler = RecordingHandler(onReceived: { for await _ in never.stream {} })
        let consumer = try fixture.consumer(handler)
        let run = Task { try await consumer.run() }
        try await eventually("it is in the handler") { consumer.status.inFlight > 0 }
        let begin = ContinuousClock.now
        await consumer.stop(within: .seconds(1))
        try await run.value
        #expect(begin.duration(to: .now) < .seconds(10))
        #expect(consumer.status.completed == 0)
        never.continuation.finish()
        await fixture.producer.close()
    }

    @Test("a stop ends in time although a handler blocks the thread") func blockedThread() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current)
        try await fixture.fill(0..<5)
        let gate = BlockingGate()
        let handler = RecordingHandler(onReceived: { gate.block() })
        let consumer = try fixture.consumer(handler)
        let run = Task { try await consumer.run() }
        try await eventually("it is in the handler") { consumer.status.inFlight > 0 }
        let begin = ContinuousClock.now
        await consumer.stop(within: .seconds(1))
        #expect(begin.duration(to: .now) < .seconds(10))
        gate.open()
        try await run.value
        await fixture.producer.close()
    }
}
