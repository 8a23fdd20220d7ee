import Kafka
import TestSupport
import Testing

@Suite(.kafka, .timeLimit(.minutes(2))) struct FollowerTests {
    private func records(_ topic: String, _ range: Range<Int>, partition: Int32 = 0) -> [OutgoingRecord] {
        range.map {
            OutgoingRecord(
                topic: topic, partition: partition, key: Array("k\($0)".utf8), value: Array("\($0)".utf8))
        }
    }

    /// Runs a follower while `body` does, with what it has read.
    private func following(
        _ follower: KafkaFollower, _ body: (Collector<KafkaRecord>) async throws -> Void
    ) async throws {
        let seen = Collector<KafkaRecord>()
        let run = Task { try await follower.run { seen.append($0) } }
        do {
            try await body(seen)
        } catch {
            await follower.stop()
            throw error
        }
        await follower.stop()
        try await run.value
    }

    @Test("an empty topic is caught up with at once, and fresh") func empty() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("empty", partitions: 2)
        let follower = try KafkaFollower(kafka.configuration, group: "f", topic: topic)
        #expect(!follower.isFresh(within: .seconds(1000)))
        try await following(follower) { seen in
            try await follower.caughtUp()
            #expect(seen.count == 0)
            try await eventually("it is fresh") { follower.isFresh(within: .seconds(5)) }
        }
        #expect(follower.staleness == nil)
    }

    @Test("a topic with records is read from the beginning, in order, before it has caught up") func filled()
        async throws
    {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("filled", partitions: 2)
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.send(records(topic, 0..<3_000) + records(topic, 3_000..<3_010, partition: 1))
        let follower = try KafkaFollower(kafka.configuration, group: "f", topic: topic)
        try await following(follower) { seen in
            try await follower.caughtUp()
            #expect(seen.count == 3_010)
            #expect(follower.recordCount == 3_010)
            #expect(seen.items.filter { $0.partition == 0 }.map(\.offset) == (0..<3_000).map { Int64($0) })
            #expect(follower.positions == [0: 3_000, 1: 10])
        }
        await producer.close()
    }

    @Test("from now on: what was there before is left out, and nothing written after it has caught up") func fromNow()
        async throws
    {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("now", partitions: 1)
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.send(records(topic, 0..<5))
        let follower = try KafkaFollower(
            kafka.configuration, group: "f", topic: topic, startAt: [0: KafkaFollower.fromNow])
        try await following(follower) { seen in
            try await follower.caughtUp()
            try await producer.send(records(topic, 5..<7))
            try await follower.waitUntil(partition: 0, offset: 6, within: .seconds(30))
            #expect(seen.items.map(\.offset) == [5, 6])
        }
        await producer.close()
    }

    @Test("what is written later is read too, and freshness stays") func growing() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("growing")
        let producer = try KafkaProducer(kafka.configuration, linger: .zero)
        let follower = try KafkaFollower(
            kafka.configuration, group: "f", topic: topic, queryInterval: .milliseconds(50))
        try await following(follower) { seen in
            for round in 0..<20 {
                let last = try #require(try await producer.send(records(topic, round * 10..<round * 10 + 10)).last)
                try await follower.waitUntil(partition: 0, offset: last.offset, within: .seconds(20))
                #expect(seen.count == round * 10 + 10)
            }
            try await eventually("it is fresh") { follower.isFresh(within: .seconds(1)) }
        }
        await producer.close()
    }

    @Test("some partitions only, from given offsets") func someFromOffset() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("some", partitions: 3)
        let producer = try KafkaProducer(kafka.configuration)
        for partition: Int32 in 0..<3 { try await producer.send(records(topic, 0..<10, partition: partition)) }
        let follower = try KafkaFollower(
            kafka.configuration, group: "f", topic: topic, partitions: .some([1, 2]), startAt: [2: 7])
        try await following(follower) { seen in
            try await follower.caughtUp()
            #expect(seen.items.filter { $0.partition == 1 }.count == 10)
            #expect(seen.items.filter { $0.partition == 2 }.map(\.offset) == [7, 8, 9])
            #expect(seen.count == 13)
        }
        await producer.close()
    }

    @Test("a wait for a record ends with its limit, its task or the follower") func waits() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("waits")
        let follower = try KafkaFollower(kafka.configuration, group: "f", topic: topic)
        let unending = Task { try await follower.waitUntil(partition: 0, offset: 5) }
        let cancelled = Task { try await follower.waitUntil(partition: 0, offset: 5) }
        try await following(follower) { _ in
            try await follower.caughtUp()
            let late = await #expect(throws: KafkaError.self) {
                try await follower.waitUntil(partition: 0, offset: 0, within: .milliseconds(50))
            }
            #expect(late?.code == .timedOut)
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
        }
        let ended = await #expect(throws: KafkaError.self) { try await unending.value }
        #expect(ended?.code == .closed)
    }

    @Test("what the handler throws ends the run, and nobody waits for ever") func handlerThrows() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("throws")
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.send(records(topic, 0..<1))
        struct Bad: Error {}
        await #expect(throws: Bad.self) {
            try await KafkaReader.read(kafka.configuration, group: "r", topic: topic) { _ in throw Bad() }
        }
        await producer.close()
    }

    @Test("cancelling the task ends the run") func cancellation() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("cancel")
        let follower = try KafkaFollower(kafka.configuration, group: "f", topic: topic)
        let run = Task { try await follower.run { _ in } }
        try await follower.caughtUp()
        run.cancel()
        try await run.value
        let reading = Task {
            try await KafkaReader.read(kafka.configuration, group: "r", topic: topic) { _ in }
        }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
    }

    @Test("a follower commits nothing: each run begins at the beginning") func commitsNothing() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("twice")
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.send(records(topic, 0..<5))
        for _ in 0..<2 {
            let seen = Collector<KafkaRecord>()
            try await KafkaReader.read(kafka.configuration, group: "same", topic: topic) { seen.append($0) }
            #expect(seen.count == 5)
        }
        await producer.close()
    }
}
