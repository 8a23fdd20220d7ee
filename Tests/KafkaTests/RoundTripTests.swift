import Kafka
import TestSupport
import Testing

@Suite(.kafka, .timeLimit(.minutes(1))) struct RoundTripTests {
    @Test("records come back as they were sent: key, value, headers, and in order") func roundTrip() async throws {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("round")
        let producer = try KafkaProducer(kafka.configuration)
        try await producer.prepare(topics: [topic])
        let headers = [KafkaHeader("a", "1"), KafkaHeader("a", "2"), KafkaHeader(name: "empty", value: [])]
        let positions = try await producer.send([
            OutgoingRecord(topic: topic, key: [1, 2], value: [3], headers: headers),
            OutgoingRecord(topic: topic, key: [1, 2], value: nil),
            OutgoingRecord(topic: topic, key: [], value: []),
        ])
        #expect(positions.map(\.offset) == [0, 1, 2])
        let seen = Collector<KafkaRecord>()
        try await KafkaReader.read(kafka.configuration, group: "reader", topic: topic) { seen.append($0) }
        #expect(seen.items.map(\.key) == [[1, 2], [1, 2], []])
        #expect(seen.items.map(\.value) == [[3], nil, []])
        #expect(seen.items.first?.headers == headers)
        await producer.close()
    }
}
