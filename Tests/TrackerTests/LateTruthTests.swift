internal import JSON
internal import Model
internal import TestSupport
internal import Testing

@testable import Cybereason
@testable import Tracker

@Suite("What the console says after the end")
struct LateTruthTests {
    typealias Ended = EndedRequestTests
    static let kill = Samples.kill("p1")
    static let quarantine = Samples.quarantine("f1")
    static let late = Ended.end + .seconds(600)

    @Test("an action that ended after all: the state stays, the action says so, and the claim is verified")
    func amended() throws {
        var request = try Ended.ended([(Self.kill, .succeeded), (Self.quarantine, .timedOut)], .timedOut)
        request.looked(Ended.stopped, now: Ended.end)
        #expect(request.verification == .verified && request.mayBeAmended(now: Self.late))
        let told = Ended.end + .seconds(500)
        let report = Samples.report([Samples.line("SUCCESS", Self.quarantine, at: told)])
        let isNews = request.reported(report, now: Self.late)
        #expect(isNews)
        #expect(request.state == .timedOut && request.actions.map(\.state) == [.succeeded, .succeeded])
        #expect(request.amended == "at \(told.rfc3339): \(Self.quarantine) SUCCEEDED")
        #expect(request.isVerifying && request.questions.files == ["f1"] && request.questions.processes == [])
        #expect(!request.mayBeAmended(now: Self.late))
        let isNewsAgain = request.reported(report, now: Self.late)
        #expect(!isNewsAgain, "nothing is told twice")
        // The time for the console's data to follow begins with the claim.
        let wrong = Evidence.of(files: [FileState(guid: "f1", isQuarantined: false)])
        request.looked(wrong, now: Self.late)
        request.looked(wrong, now: Self.late + .seconds(299))
        #expect(request.isVerifying)
        request.looked(wrong, now: Self.late + .seconds(300))
        #expect(request.verification == .contradicted)
        #expect(request.amended?.hasPrefix("at \(told.rfc3339): ") == true)
        #expect(request.amended?.hasSuffix("but the file is not in quarantine") == true)
    }

    @Test("what ended before is not taken back, and an action that is still open is no news")
    func noNews() throws {
        var request = try Ended.ended([(Self.kill, .succeeded), (Self.quarantine, .unknown)], .partial)
        let lines = [Samples.line("FAILURE", Self.kill), Samples.line("IN_PROGRESS", Self.quarantine)]
        let isNews = request.reported(Samples.report(lines), now: Self.late)
        var foreign = Samples.report([Samples.line("SUCCESS", Self.quarantine)])
        foreign.remediationID = "another"
        let isForeignNews = request.reported(foreign, now: Self.late)
        #expect(!isNews && !isForeignNews)
        #expect(request.actions.map(\.state) == [.succeeded, .unknown] && request.amended == nil)
    }

    @Test("it is waited for only where an action may yet be reported on, and not for ever")
    func whether() throws {
        let open = try Ended.ended([(Self.kill, .timedOut)], .timedOut)
        #expect(
            open.mayBeAmended(now: Ended.end + .seconds(3599)) && !open.mayBeAmended(now: Ended.end + .seconds(3600)))
        #expect(try !Ended.ended([(Self.kill, .aborted)], .timedOut).mayBeAmended(now: Ended.end))
        #expect(try !Ended.ended([(Self.kill, .succeeded)]).mayBeAmended(now: Ended.end))
        #expect(try !Ended.ended([(Samples.block("f1"), .unknown)], .unknown).mayBeAmended(now: Ended.end))
        #expect(try Ended.ended([(Self.kill, .unknown)], .unknown).mayBeAmended(now: Ended.end))
    }

    @Test("the next owner goes on from the amended result")
    func resumed() throws {
        var first = try Ended.ended([(Self.kill, .timedOut), (Self.quarantine, .timedOut)], .timedOut)
        _ = first.reported(Samples.report([Samples.line("SUCCESS", Self.kill)]), now: Self.late)
        let entry = try Ended.entry([(Self.kill, .timedOut), (Self.quarantine, .timedOut)], .timedOut)
        let result = RemediationResult(entry, tracked: nil, ended: first, now: Self.late)
        #expect(result.verification == .pending && result.amended == first.amended)
        let standing = ResultBook.Standing(state: .timedOut, verification: .pending, amendment: result)
        var second = try #require(EndedRequest(entry, standing: standing, limits: Ended.limits))
        #expect(second.actions.map(\.state) == [.succeeded, .timedOut] && second.amended == first.amended)
        for _ in 1...2 { second.looked(Ended.running, now: Self.late + .seconds(299)) }
        #expect(second.isVerifying)
        _ = second.reported(Samples.report([Samples.line("FAILURE", Self.quarantine)]), now: Self.late)
        #expect(second.amended?.hasPrefix((first.amended ?? "") + "; at ") == true)
    }

    static let pending = Samples.report([Samples.line("SUCCESS", kill), Samples.line("PENDING", quarantine)])

    @Test("what timed out and is open still is aborted, until the console has answered that")
    func abort() throws {
        var request = try Ended.ended([(Self.kill, .succeeded), (Self.quarantine, .timedOut)], .timedOut)
        #expect(request.needsAbort(Self.pending) && request.needsAbort(Samples.report([])))
        request.abortAnswered(.mayHaveRun(UncertainReason(.cut, "cut")))
        request.abortAnswered(.notSent(NotSent(.throttled, "later", retryAfter: .seconds(5))))
        #expect(request.needsAbort(Self.pending))
        var refused = request
        refused.abortAnswered(.refused(Refusal(status: 404, words: "no")))
        #expect(!refused.needsAbort(Self.pending))
        request.abortAnswered(.submitted(Self.pending))
        #expect(!request.needsAbort(Self.pending))
    }

    @Test("nothing is aborted that is over, is not asked for, or was answered before the end")
    func noAbort() throws {
        let actions: [(ActionTarget, ActionState)] = [(Self.kill, .succeeded), (Self.quarantine, .timedOut)]
        let request = try Ended.ended(actions, .timedOut)
        let done = Samples.report([Samples.line("SUCCESS", Self.kill), Samples.line("ABORTED", Self.quarantine)])
        #expect(!request.needsAbort(done))
        #expect(!request.needsAbort(Samples.report([Samples.line("PENDING", Self.quarantine)], end: true)))
        var foreign = Self.pending
        foreign.remediationID = "another"
        #expect(!request.needsAbort(foreign))
        #expect(try !Ended.ended([(Self.quarantine, .unknown)], .unknown).needsAbort(Self.pending))
        let entry = try Ended.entry(actions, .timedOut)
        let paid = EndedRequest(entry, standing: nil, limits: Ended.limits, isAbortAnswered: true)
        #expect(try !(#require(paid)).needsAbort(Self.pending))
    }
}
