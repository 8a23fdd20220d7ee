internal import JSON
internal import Model
internal import Testing

@testable import Cybereason
@testable import Tracker

@Suite("A remediation that a person took for a request's")
struct AdoptedRequestTests {
    static let ours = Samples.kill("p1")
    static let theirs = Samples.kill("p9")

    /// The facts up to the decision of a person that this is the remediation.
    static func adoption() -> [LedgerFact] {
        var decided = LedgerFact(.decided, of: "r", writer: "executor", at: Samples.time)
        var decision = RemediationDecision()
        decision.requestId = "r"
        decision.decision = .adopt
        decision.decidedBy = "soc@example.com"
        decision.remediationId = Samples.remediation
        decided.decision = decision
        return [
            LedgerFact(.intent, of: "r", attempt: 1, writer: "executor", at: Samples.time),
            LedgerFact(.uncertain, of: "r", attempt: 1, writer: "executor", at: Samples.time),
            LedgerFact(.parked, of: "r", attempt: 1, writer: "executor", at: Samples.time), decided,
        ]
    }

    static func entry(_ more: [LedgerFact] = []) throws -> LedgerRequest {
        try #require(Samples.ledger("r", Samples.request([ours]), adoption() + more).requests["r"])
    }

    static func tracked() throws -> TrackedRequest {
        try #require(TrackedRequest(try entry(), limit: .seconds(60)))
    }

    @Test(
        "one that shows none of the request's actions is not aborted: it ends unknown, in words",
        arguments: [[], [Samples.line("PENDING", theirs)], nil])
    func foreign(log: [StatusLogEntry]?) throws {
        var request = try Self.tracked()
        let report = log.map { Samples.report($0) }
        #expect(request.reported(report, now: request.deadline - .milliseconds(1)) == .wait)
        let step = request.reported(report, now: request.deadline)
        guard case .end(let end) = step else { throw Unexpected("\(step)") }
        #expect(end.state == .unknown && end.reason == .cannotTell && end.actions.map(\.state) == [.unknown])
        #expect(end.detail?.contains(Samples.remediation) == true)
        #expect(end.detail?.contains("shows none of its actions; nothing was aborted") == true)
    }

    @Test("one that has shown an action of the request is its own, and is aborted")
    func recognized() throws {
        var request = try Self.tracked()
        let report = Samples.report([Samples.line("PENDING", Self.ours)])
        #expect(request.reported(report, now: request.deadline - .seconds(1)) == .wait)
        #expect(request.reported(Samples.report([]), now: request.deadline) == .abort)
        var last = RemediationResult(try Self.entry(), tracked: request, now: request.deadline)
        last.version = 2
        var next = try #require(TrackedRequest(try Self.entry(), limit: .seconds(60), last: last))
        #expect(next.reported(Samples.report([]), now: next.deadline) == .abort, "the next tracker knows that, too")
    }

    @Test("the console's own answer needs no recognition")
    func answered() throws {
        var request = try Samples.tracked([Self.ours])
        #expect(request.reported(Samples.report([]), now: request.deadline) == .abort)
    }

    @Test("nor is it aborted after an end without a last word, unless it shows the request's action")
    func afterTheEnd() throws {
        let end = Samples.end("r", .timedOut, [ActionResult(Self.ours, state: .timedOut)])
        let limits = EndedRequest.Limits(verifyFor: .seconds(300), amendFor: .seconds(3600))
        let request = try #require(EndedRequest(try Self.entry([end]), standing: nil, limits: limits))
        #expect(!request.needsAbort(Samples.report([])))
        #expect(!request.needsAbort(Samples.report([Samples.line("PENDING", Self.theirs)])))
        #expect(request.needsAbort(Samples.report([Samples.line("PENDING", Self.ours)])))
    }
}
