import Kafka
import TestSupport
import Testing

@Suite(.kafka, .timeLimit(.minutes(2))) struct ConsumerTests {
    @Test("records come in order, on the poll thread, and are not read again after a commit") func commits()
        async throws
    {
        let fixture = try await ConsumerFixture(try KafkaTrait.current)
        try await fixture.fill(0..<100)
        let first = RecordingHandler()
        try await fixture.running(fixture.consumer(first)) {
            try await eventually("all are read") { first.records.count == 100 }
        }
        #expect(first.values == (0..<100).map { "\($0)" })
        #expect(first.events.items == [.assigned(1), .revoked(1, lost: false)])
        #expect(Set(first.threads.items).count == 1)
        try await fixture.fill(100..<101)
        let second = RecordingHandler()
        try await fixture.running(fixture.consumer(second)) {
            try await eventually("the new one is read") { second.records.count > 0 }
        }
        #expect(second.values == ["100"])
        await fixture.producer.close()
    }

    @Test("completed out of order, only what has no gap before it is committed") func contiguous() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current)
        try await fixture.fill(0..<10)
        let first = RecordingHandler(completesAtOnce: false)
        let consumer = try fixture.consumer(first, limits: .init(drain: .milliseconds(200)))
        let run = Task { try await consumer.run() }
        try await eventually("all are read") { first.heldCount == 10 }
        first.complete { [9, 7, 5, 0, 1].contains($0.offset) }
        try await eventually("it is committed while running") { consumer.status.commits > 0 }
        #expect(consumer.status.inFlight == 5)
        first.complete { $0.offset == 2 }
        await consumer.stop(within: .seconds(3))
        try await run.value
        let second = RecordingHandler()
        try await fixture.running(fixture.consumer(second)) {
            try await eventually("the rest is read") { second.records.count >= 7 }
        }
        #expect(second.values == (3..<10).map { "\($0)" })
        await fixture.producer.close()
    }

    @Test("what was never completed comes again") func redelivery() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current)
        try await fixture.fill(0..<5)
        let first = RecordingHandler(completesAtOnce: false)
        let consumer = try fixture.consumer(first, limits: .init(drain: .milliseconds(100)))
        let run = Task { try await consumer.run() }
        try await eventually("all are read") { first.heldCount == 5 }
        await consumer.stop(within: .seconds(2))
        try await run.value
        // Too late: the assignment has ended.
        first.complete()
        #expect(consumer.status.completed == 0)
        #expect(first.checkpoints.items.allSatisfy { $0.isRevoked })
        let second = RecordingHandler()
        try await fixture.running(fixture.consumer(second)) {
            try await eventually("all come again") { second.records.count == 5 }
        }
        await fixture.producer.close()
    }

    @Test("started at the beginning, it reads everything whatever was committed") func fromBeginning() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current)
        try await fixture.fill(0..<5)
        for _ in 0..<2 {
            let handler = RecordingHandler()
            try await fixture.running(fixture.consumer(handler, startAt: .beginning)) {
                try await eventually("all are read") { handler.records.count == 5 }
            }
        }
        await fixture.producer.close()
    }

    @Test("a stop waits for what is in flight and commits it") func stopDrains() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current)
        try await fixture.fill(0..<5)
        let handler = RecordingHandler(completesAtOnce: false, onRevoked: { $0.complete() })
        let consumer = try fixture.consumer(handler)
        try await fixture.running(consumer) {
            try await eventually("all are read") { handler.heldCount == 5 }
        }
        #expect(consumer.status.completed == 5)
        #expect(consumer.status.commits == 1)
        try await fixture.fill(5..<6)
        let second = RecordingHandler()
        try await fixture.running(fixture.consumer(second)) {
            try await eventually("only the new one comes") { second.records.count > 0 }
        }
        #expect(second.values == ["5"])
        await fixture.producer.close()
    }

    @Test("a cancelled task ends the run as a stop does") func cancellation() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current)
        let handler = RecordingHandler()
        let consumer = try fixture.consumer(handler)
        let run = Task { try await consumer.run() }
        try await eventually("it is assigned") { consumer.status.hasAssignment }
        run.cancel()
        try await run.value
        #expect(handler.events.items == [.assigned(1), .revoked(1, lost: false)])
        await fixture.producer.close()
    }

    @Test("stopped before it ran, it never runs") func stoppedBefore() async throws {
        let fixture = try await ConsumerFixture(try KafkaTrait.current)
        let handler = RecordingHandler()
        let consumer = try fixture.consumer(handler)
        await consumer.stop()
        try await consumer.run()
        #expect(handler.events.count == 0)
        await fixture.producer.close()
    }
}
