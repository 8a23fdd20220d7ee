import Kafka
import TestSupport
import Testing

@Suite(.mockKafka, .timeLimit(.minutes(1))) struct ObserverTests {
    @Test("librdkafka's log comes as lines, without secrets and without noise about other roles' settings")
    func log() async throws {
        let kafka = try KafkaTrait.current
        let lines = Collector<KafkaLogLine>()
        let configuration = try kafka.configuration([
            "debug": "all", "session.timeout.ms": "7000", "sasl.password": "hunter-2-hunter", "log_level": "7",
        ])
        let producer = try KafkaProducer(configuration, observer: KafkaObserver(onLog: { lines.append($0) }))
        try await eventually("there are lines") { lines.count > 10 }
        await producer.close()
        #expect(lines.items.allSatisfy { $0.client.hasPrefix("test#producer") && !$0.text.contains("hunter-2-hunter") })
        #expect(lines.items.contains { $0.level == 7 && !$0.facility.isEmpty })
        #expect(!lines.items.contains { $0.text.contains("will be ignored by this producer") })
    }

    @Test("statistics come as JSON when somebody wants them", .timeLimit(.minutes(1))) func statistics() async throws {
        let kafka = try KafkaTrait.current
        let seen = Collector<[UInt8]>()
        let producer = try KafkaProducer(
            kafka.configuration, observer: KafkaObserver(onStatistics: { seen.append($0) }))
        try await eventually("they came") { seen.count > 0 }
        #expect(seen.items.first?.first == UInt8(ascii: "{"))
        #expect(seen.items.first?.last == UInt8(ascii: "}"))
        await producer.close()
    }

    @Test("a SCRAM login that this librdkafka cannot do with Kafka 4 is warned of") func scram() throws {
        let lines = Collector<KafkaLogLine>()
        let configuration = try KafkaConfiguration(
            bootstrapServers: "127.0.0.1:1",
            settings: [
                "security.protocol": "sasl_plaintext", "sasl.mechanism": "SCRAM-SHA-256", "sasl.username": "u",
                "sasl.password": "pass-word",
            ])
        _ = try KafkaProducer(configuration, observer: KafkaObserver(onLog: { lines.append($0) }))
        #expect(lines.items.contains { $0.facility == "CONFIG" && $0.text.contains("SCRAM") })
    }
}
