import Kafka
import TestSupport
import Testing

@Suite(.mockKafka, .timeLimit(.minutes(2))) struct ProducerFaultTests {
    private func mock() throws -> (KafkaFixture, MockCluster) {
        let kafka = try KafkaTrait.current
        return (kafka, try #require(kafka.mock))
    }

    private func records(_ topic: String, _ range: Range<Int>) -> [OutgoingRecord] {
        range.map { OutgoingRecord(topic: topic, partition: 0, key: nil, value: Array("\($0)".utf8)) }
    }

    @Test("passing errors of the broker are waited out") func passingErrors() async throws {
        let (kafka, mock) = try mock()
        let topic = try await kafka.createTopic("passing")
        let producer = try KafkaProducer(kafka.configuration)
        mock.push([.notEnoughReplicas, .notLeader, .leaderNotAvailable], into: .produce)
        #expect(try await producer.send(records(topic, 0..<10)).map(\.offset) == (0..<10).map { Int64($0) })
        await producer.close()
    }

    @Test("a refusal of the broker is thrown") func refusal() async throws {
        let (kafka, mock) = try mock()
        let topic = try await kafka.createTopic("refusal")
        let producer = try KafkaProducer(kafka.configuration)
        mock.push([.messageTooLarge], into: .produce)
        let error = await #expect(throws: KafkaError.self) { try await producer.send(records(topic, 0..<1)) }
        #expect(error?.code == .messageTooLarge)
        #expect(producer.counters.failed == 1)
        #expect(try await producer.send(records(topic, 0..<1)).count == 1)
        await producer.close()
    }

    @Test("while the leader is away the sender waits, and goes on when it is back") func leaderAway() async throws {
        let (kafka, mock) = try mock()
        let topic = try await kafka.createTopic("away")
        let observed = Collector<KafkaError>()
        let producer = try KafkaProducer(
            kafka.configuration(["reconnect.backoff.max.ms": "200"]),
            observer: KafkaObserver(onError: { observed.append($0) }))
        try await producer.prepare(topics: [topic])
        mock.takeDown()
        async let positions = producer.send(records(topic, 0..<5))
        try await eventually("all brokers are down") { observed.items.contains { $0.code == .allBrokersDown } }
        #expect(observed.items.allSatisfy { $0.isState && !$0.isFatal })
        try await eventually("the records are accepted") { producer.counters.unacknowledged == 5 }
        mock.bringUp()
        #expect(try await positions.map(\.offset) == [0, 1, 2, 3, 4])
        await producer.close()
    }

    @Test("with a limit, a record that cannot be delivered fails when it is over") func givesUp() async throws {
        let (kafka, mock) = try mock()
        let topic = try await kafka.createTopic("limit")
        let producer = try KafkaProducer(kafka.configuration, giveUpAfter: .milliseconds(500))
        try await producer.prepare(topics: [topic])
        mock.takeDown()
        let error = await #expect(throws: KafkaError.self) { try await producer.send(records(topic, 0..<1)) }
        #expect(error?.code == .messageTimedOut)
        #expect(error?.isRetriable == true)
        await producer.close()
    }

    @Test("closing while Kafka is away ends in time, and the senders hear of it") func closeWhileAway() async throws {
        let (kafka, mock) = try mock()
        let topic = try await kafka.createTopic("close-away")
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.prepare(topics: [topic])
        mock.takeDown()
        let sending = Task { try await producer.send(records(topic, 0..<3)) }
        try await eventually("the records are accepted") { producer.counters.accepted == 3 }
        await producer.close(within: .milliseconds(300))
        let error = await #expect(throws: KafkaError.self) { try await sending.value }
        #expect(error?.code == .closed)
    }

    @Test("after a fatal error it is born again and sends everything in the old order") func rebirth() async throws {
        let (kafka, mock) = try mock()
        let topic = try await kafka.createTopic("rebirth")
        let observed = Collector<KafkaError>()
        let producer = try KafkaProducer(
            kafka.configuration, observer: KafkaObserver(onError: { observed.append($0) }))
        try await producer.send(records(topic, 0..<5))
        // The answer that librdkafka takes for a desynchronised sequence.
        mock.push([KafkaError.Code(rawValue: 45)], into: .produce)
        let positions = try await producer.send(records(topic, 5..<100))
        #expect(positions.count == 95)
        #expect(positions.map(\.offset) == positions.map(\.offset).sorted())
        #expect(producer.counters.rebirths == 1)
        #expect(observed.items.contains { $0.isFatal })
        let seen = Collector<String>()
        try await KafkaReader.read(kafka.configuration, group: "reader", topic: topic) { records in
            seen.append(records.map { String(decoding: $0.value ?? [], as: UTF8.self) })
        }
        // Nothing is lost; the first time they were not written here, so nothing is there twice either.
        #expect(seen.items == (0..<100).map { "\($0)" })
        await producer.close()
    }

    @Test("a fatal error in the middle of a long batch costs nothing either") func rebirthWhileSubmitting() async throws
    {
        let (kafka, mock) = try mock()
        let topic = try await kafka.createTopic("middle")
        let producer = try KafkaProducer(kafka.configuration(["queue.buffering.max.messages": "20"]))
        let sending = Task { try await producer.send(records(topic, 0..<5_000)) }
        try await eventually("it is under way") { producer.counters.acknowledged > 100 }
        mock.push([KafkaError.Code(rawValue: 45)], into: .produce)
        let positions = try await sending.value
        #expect(Set(positions.map(\.offset)).count == 5_000)
        #expect(producer.counters.rebirths == 1)
        #expect(producer.counters.failed == 0)
        await producer.close()
    }

    @Test("a second fatal error within a minute is thrown as fatal, now and later") func secondFatal() async throws {
        let (kafka, mock) = try mock()
        let topic = try await kafka.createTopic("fatal")
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.send(records(topic, 0..<1))
        mock.push([KafkaError.Code(rawValue: 45)], into: .produce)
        try await producer.send(records(topic, 1..<2))
        mock.push([KafkaError.Code(rawValue: 45)], into: .produce)
        for _ in 0..<2 {
            let error = await #expect(throws: KafkaError.self) { try await producer.send(records(topic, 2..<3)) }
            #expect(error?.isFatal == true)
        }
        #expect(await producer.failure()?.isFatal == true)
        await producer.close()
        #expect(await producer.failure()?.isFatal == true)
    }

    @Test("who waits for its failure hears nothing of a close, and stops waiting when cancelled") func noFailure()
        async
        throws
    {
        let (kafka, _) = try mock()
        let producer = try KafkaProducer(kafka.configuration)
        let cancelled = Task { await producer.failure() }
        cancelled.cancel()
        #expect(await cancelled.value == nil)
        async let failure = producer.failure()
        await producer.close()
        #expect(await failure == nil)
    }

    @Test("preparing learns the partitions; an unknown cluster is an error in time") func prepare() async throws {
        let (kafka, mock) = try mock()
        let topic = try await kafka.createTopic("prepared")
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.prepare(topics: [topic])
        mock.takeDown()
        let nowhere = try KafkaProducer(kafka.configuration)
        await #expect(throws: KafkaError.self) {
            try await nowhere.prepare(topics: [topic], within: .milliseconds(300))
        }
        await producer.close()
        await nowhere.close()
    }
}
