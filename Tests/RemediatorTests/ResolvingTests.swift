import JSON
import Model
import Pipeline
import TestSupport
import Testing

@testable import Remediator
@testable import Simulator

@Suite("What a person decides about a parked request is done, and by whom stands in the ledger")
struct ResolvingTests {
    private static let cut = LostAnswerTests.fault(#""kind": "cut", "phase": "before""#, times: 100)
    private static let cutAfter = LostAnswerTests.fault(#""kind": "cut", "phase": "after""#)

    /// Has a request parked, then decides.
    private static func park(_ bench: Bench, fault: String = cut, body: String? = nil) async throws -> LedgerRequest {
        try await bench.startRemediator()
        try bench.fault(fault)
        try await bench.publish(body ?? GuardrailTests.body("one"))
        let request = try await bench.request("one", "is parked") { $0.phase == .parked }
        try bench.fault()
        return request
    }

    private static func decide(
        _ verb: DecisionVerb, _ bench: Bench, remediation: String? = nil, on id: String = "one"
    ) async throws {
        var decision = RemediationDecision()
        decision.requestId = id
        decision.decision = verb
        decision.remediationId = remediation
        if verb == .sendAgain, let request = bench.ledger.entry(id)?.request {
            (decision.digest, decision.attempt) = (request.digest, request.attempt)
        }
        decision.decidedBy = "ann"
        decision.decidedAt = .now()
        try await bench.publish(decision, key: id, to: Topics.decisions)
    }

    @Test("sent again: a third attempt goes out, once")
    func sendAgain() async throws {
        try await Bench.run { bench in
            let parked = try await Self.park(bench)
            try await Self.decide(.sendAgain, bench)
            let request = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(request.attempt > parked.attempt && bench.journal.count == 1)
            #expect(request.decisions.map(\.decidedBy) == ["ann"])
        }
    }

    @Test("given up: it ends as unknown, and nothing is sent")
    func giveUp() async throws {
        try await Bench.run { bench in
            _ = try await Self.park(bench)
            try await Self.decide(.giveUp, bench)
            let request = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(request.end?.state == .unknown && request.end?.reason == .givenUp)
            #expect(bench.journal.isEmpty)
        }
    }

    @Test("adopted: the remediation that the person names is followed")
    func adopt() async throws {
        try await Bench.run { bench in
            let body = """
                {"requestId":"one","actionsByMachine":{"\(Northwind.workstation)":\
                [{"targetId":"\(Northwind.process)","actionType":"UNSUSPEND_PROCESS"}]}}
                """
            _ = try await Self.park(bench, fault: Self.cutAfter, body: body)
            let id = try #require(bench.journal.first?.remediationID)
            try await Self.decide(.adopt, bench, remediation: id)
            let request = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(request.remediationId == id && request.reason == .adopted)
            #expect(bench.journal.count == 1)
        }
    }

    @Test("what has ended is not decided about: the decision becomes a dead letter, but not if it has counted before")
    func ended() async throws {
        try await Bench.run { bench in
            _ = try await Self.park(bench)
            var decision = RemediationDecision()
            (decision.requestId, decision.decision, decision.decidedBy) = ("one", .giveUp, "ann")
            decision.decidedAt = .now()
            try await bench.publish(decision, key: "one", to: Topics.decisions)
            try await bench.request("one", "has ended") { $0.end != nil }
            let ends = #"remediation_requests_ended_total{state="UNKNOWN",reason="given-up"} 1"#
            try await eventually("it is counted") { bench.metrics.contains(ends) }
            // First what comes again, which is nothing new.
            try await bench.publish(decision, key: "one", to: Topics.decisions)
            decision.decidedBy = "ben"
            try await bench.publish(decision, key: "one", to: Topics.decisions)
            try await eventually("it is a dead letter") { bench.deadLetters.count == 1 }
            #expect(bench.deadLetters.items.map(\.reason) == [.alreadyEnded])
            #expect(bench.ledger.entry("one")?.request.decisions.map(\.decidedBy) == ["ann"])
            #expect(bench.metrics.contains(ends))
        }
    }

    @Test("what is not parked is not resolved: the decision becomes a dead letter")
    func notParked() async throws {
        try await Bench.run(allowed: false) { bench in
            try await bench.startRemediator()
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is held") { $0.phase == .held }
            try await Self.decide(.sendAgain, bench)
            try await Self.decide(.giveUp, bench)
            try await Self.decide(.adopt, bench)
            try await eventually("they are dead letters") { bench.deadLetters.count == 3 }
            #expect(Set(bench.deadLetters.items.map(\.reason)) == [.notParked, .wrongSchema])
            #expect(bench.ledger.entry("one")?.request.phase == .held)
        }
    }
}
