import JSON
import Model
import Pipeline
import TestSupport
import Testing

@testable import Enricher

@Suite("Records that cannot be used become dead letters with their reason, and the next is enriched", .mockKafka)
struct BadRecordTests {
    private static let kinds: [(name: String, value: String, reason: Reason)] = [
        ("malformed", "{nonsense", .notJSON), ("truncated", #"{"malopId":"11.1","machines":[{"guid":"#, .notJSON),
        ("wrong type", #"{"malopId":7,"indicator":7}"#, .wrongSchema),
        ("unknown version", #"{"schemaVersion":99}"#, .unknownVersion),
        ("no object", "[1,2]", .wrongSchema),
        ("oversized", #"{"a":""# + String(repeating: "x", count: RecordReader.largestMessage) + #""}"#, .tooLarge),
    ]

    @Test("on the topic of detections, also where one names no malop")
    func detections() async throws {
        let bench = try await Bench(partitions: 1)
        try await running(try bench.enricher(FakeSource())) {
            for kind in Self.kinds {
                try await bench.deployment.send(raw: Array(kind.value.utf8), key: "11.1", to: Topics.detections)
            }
            try await bench.publish(Sample.detection(""))
            try await bench.deployment.send(raw: nil, key: "11.1", to: Topics.detections)
            try await bench.publish(Sample.detection("11.2"))
            let event = try await bench.enriched("11.2") { $0.complete }.last
            #expect(event?.verdicts.map(\.verdict) == [.malicious])
            try await expectLetters(bench, of: Topics.detections, more: [.wrongSchema, .empty])
            #expect(try await bench.deployment.events(of: Topics.enrichedDetections).count == 1)
        }
    }

    @Test("on the topic of reputations, also where one stands under another's key or says nothing")
    func reputations() async throws {
        let bench = try await Bench(partitions: 1)
        let source = FakeSource()
        try await running(try bench.enricher(source)) {
            try await bench.publish(Sample.detection("11.1"))
            try await bench.enriched("11.1") { $0.complete }
            for kind in Self.kinds {
                try await bench.deployment.send(raw: Array(kind.value.utf8), key: "garbage", to: Topics.reputations)
            }
            var known = Reputation()
            known.indicator = Sample.file("b")
            known.verdict = .indifferent
            known.checkedAt = .now()
            known.expiresAt = .now() + Duration.seconds(600)
            try await bench.deployment.publisher.publish(known, key: "of another", to: Topics.reputations)
            try await bench.deployment.publisher.publish(known, key: known.indicator.key, to: Topics.reputations)
            try await expectLetters(bench, of: Topics.reputations, more: [.wrongSchema])
            try await bench.publish(Sample.detection("11.2", files: ["b"]))
            let event = try await bench.enriched("11.2") { $0.complete }.last
            #expect(event?.verdicts.map(\.verdict) == [.indifferent])
            #expect(source.requests.count == 1)
        }
    }

    /// Waits for a dead letter of every kind, and nothing else.
    private func expectLetters<Message>(_ bench: Bench, of topic: Topic<Message>, more: [Reason]) async throws {
        let expected = Self.kinds.map(\.reason) + more
        try await eventually("\(expected.count) dead letters") {
            try await bench.deployment.events(of: Topics.deadLetters).count >= expected.count
        }
        let letters = try await bench.deployment.events(of: Topics.deadLetters)
        #expect(letters.map(\.reason.rawValue).sorted() == expected.map(\.rawValue).sorted())
        let name = bench.deployment.connection.name(of: topic)
        #expect(letters.allSatisfy { $0.origin.topic == name && !$0.detail.isEmpty })
    }
}
