import JSON
import Model
import Pipeline
import TestSupport
import Testing

@testable import Remediator

@Suite("Records that cannot be used become dead letters with their reason, and the next is processed")
struct BadRecordTests {
    private static let kinds: [(name: String, value: String, reason: Reason)] = [
        ("malformed", "{nonsense", .notJSON), ("truncated", #"{"actionsByMachine":{"m":[{"targetId":"#, .notJSON),
        ("wrong type", #"{"actionsByMachine":7,"requestId":7,"decision":7,"name":7,"fact":7}"#, .wrongSchema),
        ("unknown version", #"{"schemaVersion":99}"#, .unknownVersion),
        ("no object", "[1,2]", .wrongSchema),
        ("oversized", #"{"a":""# + String(repeating: "x", count: RecordReader.largestMessage) + #""}"#, .tooLarge),
    ]

    @Test("on the topic of requests; whoever sent an object also gets a refusal")
    func requests() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            for kind in Self.kinds { try await bench.publish(kind.value, partition: 0) }
            try await bench.publish(nil, key: "tombstone", partition: 0)
            try await bench.publish(GuardrailTests.body("next"), partition: 0)
            try await bench.request("next", "is submitted") { $0.phase == .submitted }
            try await expectLetters(bench, topic: "riposte.remediation.requests", more: [.empty])
            let refused = bench.ledger.known.compactMap { bench.ledger.entry($0)?.request }.filter { $0.end != nil }
            #expect(refused.allSatisfy { $0.end?.state == .refused })
            #expect(
                Set(refused.compactMap { $0.end?.reason }) == [.wrongSchema, .unknownVersion, .tooLarge])
        }
    }

    @Test("on the topic of decisions; a decision about nothing is one too")
    func decisions() async throws {
        try await Bench.run(allowed: false) { bench in
            try await bench.startRemediator()
            for kind in Self.kinds { try await bench.publish(kind.value, to: "remediation.decisions", partition: 0) }
            try await bench.publish(
                #"{"requestId":"nobody","decision":"DENY","decidedBy":"alice","decidedAt":"2026-11-22T10:00:00Z"}"#,
                to: "remediation.decisions", partition: 0)
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is held") { $0.phase == .held }
            try await bench.publish(
                #"{"requestId":"one","decision":"DENY","decidedBy":"alice","decidedAt":"2026-11-22T10:00:00Z"}"#,
                to: "remediation.decisions", partition: 0)
            let one = try await bench.request("one", "is decided") { !$0.decisions.isEmpty }
            #expect(one.decisions.first?.decidedBy == "alice" && one.end?.state == .denied)
            try await expectLetters(bench, topic: "riposte.remediation.decisions", more: [.unknownRequest])
        }
    }

    @Test("on the control topic; what cannot be read halts, for it may have been meant to")
    func control() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            for kind in Self.kinds { try await bench.publish(kind.value, key: "halt", to: "control") }
            try await expectLetters(bench, topic: "riposte.control", more: [])
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is held") { $0.phase == .held && $0.reason == .halted }
            try await bench.halt(false)
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
        }
    }

    @Test("on the ledger")
    func ledger() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            let kinds = Self.kinds
            for kind in kinds { try await bench.publish(kind.value, key: "garbage", to: "remediation.ledger") }
            try await bench.publish(GuardrailTests.body("next"))
            try await bench.request("next", "is submitted") { $0.phase == .submitted }
            try await eventually("all are dead letters") {
                bench.deadLetters.items.count { $0.service == "remediator" } == kinds.count
            }
            #expect(bench.deadLetters.items.allSatisfy { $0.origin.topic == "riposte.remediation.ledger" })
        }
    }

    @Test("on the topic of enriched detections; the next is planned")
    func detections() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator(policy: Self.policy)
            for kind in Self.kinds {
                try await bench.publish(kind.value, key: "m", to: "detections.enriched", partition: 0)
            }
            var enriched = PlannerTests.detection([
                PlannerTests.suspect(Northwind.process, .process, "a", machine: Northwind.workstation)
            ])
            enriched.detection.malopId = Northwind.malop
            enriched.detection.detectedAt = .now()
            try await bench.publish(enriched, key: "m", to: Topics.enrichedDetections)
            try await bench.publish(enriched, key: "m", to: Topics.enrichedDetections)
            let planned = try await bench.requests(1)[0]
            let request = try await bench.request(planned.id, "is submitted") { $0.phase == .submitted }
            #expect(request.request.reason?.contains("stop malicious processes") == true)
            try await expectLetters(bench, topic: "riposte.detections.enriched", more: [])
            #expect(bench.journal.count == 1)
        }
    }

    static let policy = """
        mode: enforce
        rules:
          - name: stop malicious processes
            when:
              verdict: [malicious]
            actions: [KILL_PROCESS]
        """

    /// Waits for a dead letter of every kind, and nothing else.
    private func expectLetters(_ bench: Bench, topic: String, more: [Reason]) async throws {
        let expected = Self.kinds.map(\.reason) + more
        try await eventually("\(expected.count) dead letters") { bench.deadLetters.count >= expected.count }
        let letters = bench.deadLetters.items
        #expect(letters.map(\.reason.rawValue).sorted() == expected.map(\.rawValue).sorted())
        #expect(letters.allSatisfy { $0.origin.topic == topic && !$0.detail.isEmpty })
        #expect(letters.filter { $0.value == nil }.allSatisfy { [.tooLarge, .empty].contains($0.reason) })
    }
}
