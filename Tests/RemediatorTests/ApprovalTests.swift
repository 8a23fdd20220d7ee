import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Remediator
@testable import Simulator

@Suite("A person's word comes before what the policy has in approve")
struct ApprovalTests {
    private static let policy = "mode: approve\nrules: []\n"

    private static func held(
        _ bench: Bench, _ id: String = "one", target: String = Northwind.process, more: String = ""
    ) async throws -> LedgerRequest {
        let body = GuardrailTests.body(id, target: target, more: #","initiatorUserName":"alice""# + more)
        try await bench.publish(body)
        return try await bench.request(id, "waits for approval") {
            $0.phase == .held && $0.reason == .approvalRequired
        }
    }

    private static func decide(
        _ verb: DecisionVerb, _ bench: Bench, by person: String, digest: String?, of id: String = "one"
    ) async throws {
        var decision = RemediationDecision()
        decision.requestId = id
        decision.decision = verb
        decision.digest = digest
        decision.decidedBy = person
        decision.decidedAt = .now()
        try await bench.publish(decision, key: id, to: Topics.decisions)
    }

    @Test("nothing is sent before the approval, and it is sent once however often that comes")
    func approved() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator(policy: Self.policy)
            let held = try await Self.held(bench)
            #expect(held.names.values.map(\.targetName) == ["inv_2291.exe"] && bench.journal.isEmpty)
            for _ in 0..<2 { try await Self.decide(.approve, bench, by: "bob", digest: held.digest) }
            let sent = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(sent.approvals.first?.by == "bob")
            _ = try await Self.held(bench, "two", target: "900.1")
            #expect(bench.journal.count == 1)
        }
    }

    @Test("who asked may not approve: it goes on waiting, and says so")
    func ownApproval() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator(policy: Self.policy)
            let held = try await Self.held(bench)
            try await Self.decide(.approve, bench, by: "ALICE", digest: held.digest)
            try await bench.request("one", "says that it does not count") {
                $0.detail?.contains("the approval by ALICE does not count") == true && $0.phase == .held
            }
            #expect(bench.journal.isEmpty)
            try await Self.decide(.approve, bench, by: "bob", digest: held.digest)
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
        }
    }

    @Test("an approval that names no digest, or another one, is a dead letter")
    func blind() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator(policy: Self.policy)
            _ = try await Self.held(bench)
            try await Self.decide(.approve, bench, by: "bob", digest: nil)
            try await Self.decide(.approve, bench, by: "bob", digest: "0123456789abcdef")
            try await eventually("both are dead letters") {
                Set(bench.deadLetters.items.map(\.reason)) == [.wrongSchema, .wrongDigest]
            }
            #expect(bench.ledger.entry("one")?.request.phase == .held && bench.journal.isEmpty)
        }
    }

    @Test("nobody approves in time: it ends denied, and an approval after that sends nothing")
    func expired() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator(policy: Self.policy)
            let notAfter = (Timestamp.now() + .seconds(8)).rfc3339
            let held = try await Self.held(bench, more: #","notAfter":"\#(notAfter)""#)
            let ended = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(ended.end?.state == .denied && ended.end?.reason == .approvalExpired)
            try await Self.decide(.approve, bench, by: "bob", digest: held.digest)
            try await eventually("the approval is a dead letter") {
                bench.deadLetters.items.map(\.reason) == [.alreadyEnded]
            }
            #expect(bench.journal.isEmpty)
        }
    }

    @Test("denied: it ends, with who and why, and an approval after that sends nothing")
    func denied() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator(policy: Self.policy)
            let held = try await Self.held(bench)
            try await Self.decide(.deny, bench, by: "bob", digest: held.digest)
            let ended = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(ended.end?.state == .denied && ended.end?.detail == "denied by bob")
            try await Self.decide(.approve, bench, by: "carol", digest: held.digest)
            try await eventually("the approval is a dead letter") {
                bench.deadLetters.items.map(\.reason) == [.alreadyEnded]
            }
            #expect(bench.journal.isEmpty)
        }
    }

    @Test("an approval survives a restart, and a halt holds for what is approved too")
    func approvedAndHalted() async throws {
        try await Bench.run { bench in
            let first = try await bench.startRemediator(policy: Self.policy)
            let held = try await Self.held(bench)
            try await bench.halt(true)
            try await eventually("the halt is known") { bench.logs.contains(message: "remediation is halted") }
            try await Self.decide(.approve, bench, by: "bob", digest: held.digest)
            try await bench.request("one", "is held by the halt") { $0.reason == .halted && $0.phase == .held }
            await first.stop()
            try await bench.startRemediator(policy: Self.policy)
            #expect(bench.journal.isEmpty)
            try await bench.halt(false)
            try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(bench.journal.count == 1)
        }
    }
}
