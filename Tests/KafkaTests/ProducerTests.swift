import Kafka
import TestSupport
import Testing

@Suite(.kafka, .timeLimit(.minutes(2))) struct ProducerTests {
    private func records(_ topic: String, _ range: Range<Int>) -> [OutgoingRecord] {
        range.map { OutgoingRecord(topic: topic, partition: 0, key: nil, value: Array("\($0)".utf8)) }
    }

    private func values(_ kafka: KafkaFixture, _ topic: String) async throws -> [String] {
        let seen = Collector<String>()
        try await KafkaReader.read(kafka.configuration, group: "reader", topic: topic) { records in
            seen.append(records.map { String(decoding: $0.value ?? [], as: UTF8.self) })
        }
        return seen.items
    }

    @Test("a big batch keeps its order, and every record has its own position") func bigBatch() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("big")
        let producer = try KafkaProducer(kafka.configuration)
        let positions = try await producer.send(records(topic, 0..<20_000))
        #expect(positions.map(\.offset) == (0..<20_000).map { Int64($0) })
        #expect(try await values(kafka, topic) == (0..<20_000).map { "\($0)" })
        #expect(producer.counters.acknowledged == 20_000)
        await producer.close()
    }

    @Test("calls that follow each other keep their order, without waiting for each other") func callOrder() async throws
    {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("calls")
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.prepare(topics: [topic])
        for start in stride(from: 0, to: 100, by: 10) {
            try await producer.send(records(topic, start..<start + 10))
        }
        #expect(try await values(kafka, topic) == (0..<100).map { "\($0)" })
        await producer.close()
    }

    @Test("a full queue makes the sender wait, not fail") func backPressure() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("full")
        let producer = try KafkaProducer(kafka.configuration(["queue.buffering.max.messages": "50"]))
        let positions = try await producer.send(records(topic, 0..<2_000))
        #expect(positions.map(\.offset) == (0..<2_000).map { Int64($0) })
        #expect(try await values(kafka, topic) == (0..<2_000).map { "\($0)" })
        await producer.close()
    }

    @Test("a record that is too large fails with its index; the others are delivered") func tooLarge() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("large")
        let producer = try KafkaProducer(kafka.configuration)
        var batch = records(topic, 0..<3)
        batch[1].value = Array(repeating: 7, count: 3_000_000)
        let error = await #expect(throws: KafkaError.self) { try await producer.send(batch) }
        #expect(error?.code == .messageTooLarge)
        #expect(error?.recordIndex == 1)
        #expect(error?.isFatal == false)
        #expect(try await values(kafka, topic) == ["0", "2"])
        await producer.close()
    }

    @Test("a partition that does not exist is an error") func noPartition() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("two", partitions: 2)
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.prepare(topics: [topic])
        let headers = [KafkaHeader("a", "b")]
        for partition: Int32 in [2, 99, -1] {
            let error = await #expect(throws: KafkaError.self) {
                try await producer.send([
                    OutgoingRecord(topic: topic, partition: partition, key: [1], value: [2], headers: headers)
                ])
            }
            #expect(error?.code == .unknownPartition)
        }
        await producer.close()
    }

    @Test("many senders at once all get their positions") func manySenders() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("many", partitions: 4)
        let producer = try KafkaProducer(kafka.configuration, linger: .zero)
        let offsets = try await withThrowingTaskGroup(of: [RecordPosition].self) { group in
            for sender in 0..<50 {
                group.addTask {
                    try await producer.send([OutgoingRecord(topic: topic, key: Array("\(sender)".utf8), value: [1])])
                }
            }
            return try await group.reduce(into: Set<RecordPosition>()) { $0.formUnion($1) }
        }
        #expect(offsets.count == 50)
        await producer.close()
    }

    @Test("after close, sending fails as closed") func closed() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("closed")
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.send(records(topic, 0..<1))
        await producer.close()
        await producer.close()
        let error = await #expect(throws: KafkaError.self) { try await producer.send(records(topic, 0..<1)) }
        #expect(error?.code == .closed)
    }
}
