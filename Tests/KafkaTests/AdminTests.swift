import FoundationEssentials
import Kafka
import TestSupport
import Testing

/// Only a real broker can be administered.
private let hasBroker = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"] != nil

@Suite(.kafka, .timeLimit(.minutes(1))) struct AdminTests {
    @Test("the number of partitions is known, also on the mock") func partitionCount() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("counted", partitions: 5)
        let admin = try KafkaAdmin(kafka.configuration)
        #expect(try await admin.partitionCount(of: topic) == 5)
    }

    @Test("the ends of partitions are known, also on the mock; what does not exist has none") func ends() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("ends", partitions: 2)
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.send((0..<3).map { OutgoingRecord(topic: topic, partition: 1, key: nil, value: [$0]) })
        let admin = try KafkaAdmin(kafka.configuration)
        let partitions = (0..<3).map { TopicPartition(topic: topic, partition: $0) }
        #expect(await admin.ends(of: partitions) == [partitions[0]: 0, partitions[1]: 3])
        #expect(await admin.ends(of: []).isEmpty)
        await producer.close()
    }

    @Test("a cluster that is away is an error in time", .mockKafka) func away() async throws {
        let kafka = try KafkaTrait.current
        try #require(kafka.mock).takeDown()
        let admin = try KafkaAdmin(kafka.configuration, within: .milliseconds(300))
        let error = await #expect(throws: KafkaError.self) { _ = try await admin.partitionCount(of: "t") }
        #expect(error?.isRetriable == true)
    }

    @Test("topics are made with settings, described and deleted", .enabled(if: hasBroker)) func life() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic(
            "life", partitions: 2, settings: ["cleanup.policy": "compact", "segment.ms": "3600000"])
        let admin = try KafkaAdmin(kafka.configuration)
        let missing = kafka.unique("missing")
        let found = try await admin.describe(topics: [topic, missing])
        #expect(found.map(\.name) == [topic])
        #expect(found.first?.partitions == 2)
        #expect(found.first?.settings["cleanup.policy"] == "compact")
        #expect(found.first?.ownSettings == ["cleanup.policy", "segment.ms"])
        #expect(found.first?.settings["min.insync.replicas"] != nil)
        let again = try await admin.create([NewTopic(name: topic, partitions: 2)])
        #expect(again[topic]?.code == .topicExists)
        #expect(try await admin.delete(topics: [topic]).isEmpty)
        try await eventually("it is gone") { try await admin.partitionCount(of: topic) == nil }
    }

    @Test("changing one setting leaves the others, and partitions can be added", .enabled(if: hasBroker))
    func change() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic(
            "change", settings: ["cleanup.policy": "compact", "segment.ms": "3600000"])
        let admin = try KafkaAdmin(kafka.configuration)
        try await admin.setSettings(["segment.ms": "7200000", "retention.ms": "1000"], of: topic)
        try await eventually("it is changed") {
            let settings = try await admin.describe(topics: [topic]).first?.settings ?? [:]
            return settings["segment.ms"] == "7200000" && settings["retention.ms"] == "1000"
                && settings["cleanup.policy"] == "compact"
        }
        try await admin.setPartitions(3, of: topic)
        try await eventually("it has three") { try await admin.partitionCount(of: topic) == 3 }
        let error = await #expect(throws: KafkaError.self) { try await admin.setPartitions(1, of: topic) }
        #expect(error?.code == .invalidPartitions)
    }

    @Test("a record without a key on a compacted topic is refused", .enabled(if: hasBroker)) func keyless() async throws
    {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("keyless", settings: ["cleanup.policy": "compact"])
        let producer = try KafkaProducer(kafka.configuration)
        let error = await #expect(throws: KafkaError.self) {
            try await producer.send([OutgoingRecord(topic: topic, key: nil, value: [1])])
        }
        #expect(error?.code == .invalidRecord)
        #expect(try await producer.send([OutgoingRecord(topic: topic, key: [1], value: [1])]).count == 1)
        await producer.close()
    }
}
