internal import JSON
internal import Model
internal import Testing

@testable import Cybereason
@testable import Tracker

@Suite("What a query shows of what the console has claimed")
struct ClaimTests {
    static let submitted = Samples.time + .seconds(2)

    static func finding(
        _ target: ActionTarget, _ state: ActionState, _ evidence: Evidence
    ) throws -> Claim.Finding {
        try #require(Claim(ActionResult(target, state: state), submittedAt: submitted)).finding(in: evidence)
    }

    static func process(live: Bool?, end: Timestamp? = nil) -> Evidence {
        .of(processes: [ProcessState(guid: "p1", endTime: end, isLive: live)])
    }

    @Test("a process that was killed has ended; one that was not still runs")
    func processes() throws {
        let kill = Samples.kill("p1")
        let late = Self.submitted + .seconds(1)
        #expect(try Self.finding(kill, .succeeded, Self.process(live: false)) == .holds)
        #expect(try Self.finding(kill, .succeeded, Self.process(live: nil, end: late)) == .holds)
        #expect(try Self.finding(kill, .succeeded, Self.process(live: true)) == .fails("the process still runs"))
        #expect(try Self.finding(kill, .succeeded, Self.process(live: nil)) == .unclear)
        for state in [ActionState.failed, .aborted] {
            #expect(try Self.finding(kill, state, Self.process(live: true)) == .holds)
            #expect(
                try Self.finding(kill, state, Self.process(live: false, end: late))
                    == .fails("the process ended at \(late.rfc3339)"))
            #expect(try Self.finding(kill, state, Self.process(live: false)) == .unclear, "nobody says when")
        }
    }

    @Test("that a process cannot be killed which had ended before is no wrong report")
    func endedBefore() throws {
        let before = Self.process(live: false, end: Self.submitted - .milliseconds(1))
        #expect(try Self.finding(Samples.kill("p1"), .failed, before) == .holds)
    }

    @Test("a file that was quarantined is there, one that was not is not", arguments: [true, false])
    func files(isQuarantined: Bool) throws {
        let quarantine = Samples.quarantine("f1")
        let evidence = Evidence.of(files: [FileState(guid: "f1", isQuarantined: isQuarantined)])
        let done = try Self.finding(quarantine, .succeeded, evidence)
        let notDone = try Self.finding(quarantine, .failed, evidence)
        #expect(done == (isQuarantined ? .holds : .fails("the file is not in quarantine")))
        #expect(notDone == (isQuarantined ? .fails("the file is in quarantine") : .holds))
        let silent = Evidence.of(files: [FileState(guid: "f1")])
        #expect(try Self.finding(quarantine, .succeeded, silent) == .unclear)
    }

    @Test("an element that the console does not show is not clear, and not answered for where its answer is not whole")
    func missing() throws {
        #expect(try Self.finding(Samples.kill("p1"), .succeeded, Evidence()) == .unclear)
        var partial = Evidence()
        partial.files = .states(
            .init(found: [:], completeness: .partial(PartialReason(.partialSuccess, "PARTIAL_SUCCESS"))))
        #expect(try Self.finding(Samples.quarantine("f1"), .failed, partial) == .unanswered)
    }

    @Test("a console that is away has not answered; an id that nobody can ask for never will be")
    func away() throws {
        #expect(try Self.finding(Samples.kill("p1"), .succeeded, .away) == .unanswered)
        var refused = Evidence()
        refused.processes = .failure(ConsoleError(.invalidArgument, "too long"))
        #expect(try Self.finding(Samples.kill("p1"), .succeeded, refused) == .unclear)
    }

    @Test("both spellings of an id are the same element")
    func spellings() throws {
        let evidence = Evidence.of(files: [FileState(guid: "AAAA1kFkoAiE4Tf9", isQuarantined: true)])
        #expect(try Self.finding(Samples.quarantine("214.4712067068585916413"), .succeeded, evidence) == .holds)
    }

    @Test("what has not ended is no claim, and of other actions no query shows anything")
    func nothingToAsk() throws {
        for state in [ActionState.pending, .inProgress, .timedOut, .unknown] {
            #expect(Claim(ActionResult(Samples.kill("p1"), state: state), submittedAt: nil) == nil)
        }
        for type in ActionType.documented where type != .killProcess && type != .quarantineFile && !type.isIsolation {
            let target = ActionTarget(machineId: "m", targetId: "p1", actionType: type)
            let claim = try #require(Claim(ActionResult(target, state: .succeeded), submittedAt: nil))
            #expect(claim.element == nil && claim.finding(in: Self.process(live: false)) == .unclear)
        }
    }
}
