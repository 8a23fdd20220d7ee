import JSON
import Kafka
import Model
import Pipeline
import TestSupport
import Testing

@Suite("Publishing", .kafka, .timeLimit(.minutes(2))) struct EventPublisherTests {
    @Test("an event stands on its topic with its key, CloudEvents headers and trace, where the publisher says")
    func publish() async throws {
        let deployment = try await Deployment()
        let event = Samples.decision("r-1", at: Samples.time)
        let position = try await deployment.publisher.publish(event, key: "r-1", to: Topics.decisions)
        let received = try #require(try await deployment.received(of: Topics.decisions).first)
        #expect(received.event == event)
        #expect(received.record.keyText == "r-1")
        #expect(position?.topic == deployment.connection.name(of: Topics.decisions))
        #expect(position?.partition == received.record.partition && position?.offset == received.record.offset)
        let headers = received.record.headers.map { [$0.name, String(decoding: $0.value, as: UTF8.self)] }
        #expect(
            headers == [
                ["ce_specversion", "1.0"], ["ce_id", event.eventID], ["ce_type", "riposte.remediation-decision.v1"],
                ["ce_source", "/riposte/test"], ["ce_time", "2026-11-22T10:00:00.123Z"],
                ["content-type", "application/json"],
                ["traceparent", TraceContext(startingAt: event.eventID).header],
            ])
    }

    @Test("a trace that is given travels on, and positions come in the order of the events")
    func batch() async throws {
        let deployment = try await Deployment()
        let trace = TraceContext(startingAt: "detection").child(of: "r")
        let items = (0..<100).map { number in
            EventPublisher.Item(Samples.decision("r-\(number)"), key: "r-\(number)", trace: trace)
        }
        let positions = try await deployment.publisher.publish(items, to: Topics.decisions)
        let received = try await deployment.received(of: Topics.decisions)
        #expect(received.count == 100 && received.allSatisfy { $0.trace == trace })
        for (number, position) in positions.enumerated() {
            let there = received.first {
                $0.record.partition == position.partition && $0.record.offset == position.offset
            }
            #expect(there?.event.requestId == "r-\(number)")
        }
        // The partition is the one that any client computes of the key.
        for one in received {
            #expect(one.record.partition == partition(forKey: Array(one.event.requestId.utf8), count: 3))
        }
    }

    @Test("forgetting writes records without a value under the keys")
    func tombstones() async throws {
        let deployment = try await Deployment()
        try await deployment.publisher.publish(Samples.decision("a"), key: "a", to: Topics.decisions)
        try await deployment.publisher.forget(["a", "b"], on: Topics.decisions)
        try await deployment.publisher.forget([], on: Topics.decisions)
        let records = Collector<KafkaRecord>()
        try await KafkaReader.read(
            deployment.settings.kafka, group: "reader", topic: deployment.connection.name(of: Topics.decisions)
        ) { records.append($0) }
        let tombstones = records.items.filter { $0.value == nil }
        #expect(records.count == 3)
        #expect(Set(tombstones.compactMap(\.keyText)) == ["a", "b"])
        #expect(tombstones.allSatisfy { $0.headers.isEmpty })
    }
}
