import Model
import Pipeline
import TestSupport
import Testing

@testable import Remediator

/// A record that no fact can be made of must not keep those behind it.
@Suite("A record that is too large for the ledger becomes a dead letter, and the next is processed")
struct PoisonRecordTests {
    /// Close to what a message may have, in the place of a short text.
    private static let filler = String(repeating: "x", count: RecordReader.largestMessage - 500)

    private func expectOneLetter(_ bench: Bench, _ reason: Reason) async throws {
        try await eventually("it is a dead letter") { bench.deadLetters.count > 0 }
        #expect(bench.deadLetters.items.map(\.reason) == [reason])
        #expect(bench.deadLetters.items.first?.value == nil)
    }

    @Test("a request with a huge name of a machine that has nothing to do")
    func machine() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try await bench.publish(
                #"{"requestId":"bad","actionsByMachine":{"m":[{"targetId":"t","actionType":"KILL_PROCESS"}],""#
                    + Self.filler + #"":[]}}"#, partition: 0)
            try await bench.publish(GuardrailTests.body("next"), partition: 0)
            try await bench.request("next", "is submitted") { $0.phase == .submitted }
            let bad = try await bench.request("bad", "is refused") { $0.end != nil }
            #expect(bad.end?.state == .refused && bad.end?.reason == .wrongSchema)
            try await expectOneLetter(bench, .wrongSchema)
        }
    }

    @Test("a decision with a huge digest")
    func digest() async throws {
        try await Bench.run(allowed: false) { bench in
            try await bench.startRemediator()
            func decision(_ digest: String) -> String {
                #"{"requestId":"one","decision":"APPROVE","decidedBy":"a","decidedAt":"2026-11-22T10:00:00Z","digest":""#
                    + digest + #""}"#
            }
            try await bench.publish(GuardrailTests.body("one"))
            let digest = try await bench.request("one", "is held") { $0.phase == .held }.digest
            for digest in [Self.filler, digest] {
                try await bench.publish(decision(digest), to: "remediation.decisions", partition: 0)
            }
            let one = try await bench.request("one", "has the next decision") { !$0.decisions.isEmpty }
            #expect(one.decisions.map(\.digest) == [digest])
            try await expectOneLetter(bench, .wrongSchema)
        }
    }

    @Test("a request whose fact Kafka refuses, among others that it takes")
    func refused() async throws {
        try await Bench.run { bench in
            let actions = (0..<100).map {
                #"{"targetId":"\#($0)\#(String(repeating: "t", count: 200))","actionType":"K"}"#
            }
            let big = #"{"requestId":"big","actionsByMachine":{"m":["# + actions.joined(separator: ",") + "]}}"
            for body in [GuardrailTests.body("one"), big, GuardrailTests.body("two", target: "404")] {
                try await bench.publish(body, partition: 0)
            }
            try await bench.startRemediator(kafka: ["message.max.bytes": "20000"])
            for id in ["one", "two"] { try await bench.request(id, "is accepted") { _ in true } }
            try await eventually("it is a dead letter") { bench.deadLetters.count > 0 }
            #expect(bench.deadLetters.items.map(\.reason) == [.tooLarge])
            #expect(bench.ledger.entry("big") == nil)
        }
    }
}
