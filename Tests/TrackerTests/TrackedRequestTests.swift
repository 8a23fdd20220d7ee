internal import JSON
internal import Model
internal import Testing

@testable import Cybereason
@testable import Tracker

@Suite("A followed remediation")
struct TrackedRequestTests {
    static let one = Samples.kill("p1")
    static let two = Samples.quarantine("f1")

    /// Nothing is late yet.
    static let early = Samples.time + .seconds(10)

    static func step(_ words: [(String, ActionTarget)], end: Bool = false) throws -> TrackedRequest.Step {
        var request = try Samples.tracked([one, two])
        return request.reported(Samples.report(words.map { Samples.line($0.0, $0.1) }, end: end), now: early)
    }

    /// What two actions come to, together.
    static let ends: [(String, String, RequestState, Reason)] = [
        ("SUCCESS", "SUCCESS", .succeeded, .completed), ("SUCCESS", "FAILURE", .partial, .someFailed),
        ("SUCCESS", "ABORTED", .partial, .someFailed), ("FAILURE", "FAILED", .failed, .allFailed),
        ("FAILURE", "ABORTED", .failed, .allFailed), ("ABORTED", "ABORTED", .aborted, .aborted),
    ]

    @Test("it ends as soon as every action has, whatever the console says of its own end", arguments: ends)
    func together(first: String, second: String, state: RequestState, reason: Reason) throws {
        for isOver in [false, true] {
            let step = try Self.step([(first, Self.one), (second, Self.two)], end: isOver)
            guard case .end(let end) = step else {
                Issue.record("\(step)")
                continue
            }
            #expect(end.state == state && end.reason == reason)
            #expect(end.actions.map(\.target) == [Self.one, Self.two].sorted())
        }
    }

    @Test("one open action keeps it open, and an empty log is no end")
    func open() throws {
        #expect(try Self.step([("SUCCESS", Self.one), ("IN_PROGRESS", Self.two)]) == .wait)
        #expect(try Self.step([("SUCCESS", Self.one), ("SOMETHING_NEW", Self.two)]) == .wait)
        #expect(try Self.step([]) == .wait)
    }

    @Test("that the console does not know it, or does not answer, is no end")
    func noAnswer() throws {
        var request = try Samples.tracked([Self.one])
        #expect(request.reported(nil, now: Self.early) == .wait)
        #expect(request.unanswered("away", now: Self.early) == .wait)
        #expect(request.unanswered("away", now: request.deadline + .seconds(3600)) == .wait)
        let end = request.unanswered("away", now: request.deadline + TrackedRequest.lastWordWait)
        guard case .end(let end) = end else { throw Unexpected("\(end)") }
        #expect(end.state == .timedOut && end.detail?.contains("away") == true)
    }

    @Test("what a log that is over leaves without a word becomes unknown, but only after more looks and a minute")
    func overWithoutWords() throws {
        var request = try Samples.tracked([Self.one, Self.two], limit: .seconds(1800))
        let report = Samples.report([Samples.line("SUCCESS", Self.one)], end: true)
        for second in [0, 1, 2, 3, 59] {
            #expect(request.reported(report, now: Self.early + .seconds(second)) == .wait)
        }
        let last = request.reported(report, now: Self.early + .seconds(60))
        guard case .end(let end) = last else { throw Unexpected("\(last)") }
        #expect(end.state == .partial && end.reason == .cannotTell)
        let byTarget = Dictionary(uniqueKeysWithValues: end.actions.map { ($0.target, $0.state) })
        #expect(byTarget == [Self.one: .succeeded, Self.two: .unknown])
    }

    @Test("two looks are no more than that, however far apart; and no longer than the whole may take is waited")
    func fewLooks() throws {
        var request = try Samples.tracked([Self.one], limit: .seconds(5))
        let report = Samples.report([], end: true)
        #expect(request.reported(report, now: Self.early) == .wait)
        #expect(request.reported(report, now: Self.early + .seconds(3600)) == .wait)
        guard case .end(let end) = request.reported(report, now: Self.early + .seconds(3601)) else {
            throw Unexpected("no end")
        }
        #expect(end.state == .unknown)
    }

    @Test("an end that the console takes back is waited for anew")
    func endTakenBack() throws {
        var request = try Samples.tracked([Self.one], limit: .seconds(1800))
        for _ in 1...3 { #expect(request.reported(Samples.report([], end: true), now: Self.early) == .wait) }
        let pending = Samples.report([Samples.line("PENDING", Self.one)])
        #expect(request.reported(pending, now: Self.early + .seconds(30)) == .wait)
        for second in [61, 62, 63] {
            let step = request.reported(Samples.report([], end: true), now: Self.early + .seconds(second))
            #expect(step == .wait)
        }
    }

    @Test("a word that comes after the console's end still counts")
    func lateWord() throws {
        var request = try Samples.tracked([Self.one])
        #expect(request.reported(Samples.report([], end: true), now: Self.early) == .wait)
        let step = request.reported(Samples.report([Samples.line("SUCCESS", Self.one)], end: true), now: Self.early)
        guard case .end(let end) = step else { throw Unexpected("\(step)") }
        #expect(end.state == .succeeded)
    }

    @Test("an action that the console cannot report on ends unknown; its word counts where it has one after all")
    func untracked() throws {
        let block = Samples.block("f9")
        var request = try Samples.tracked([Self.one, block])
        let report = Samples.report([Samples.line("SUCCESS", Self.one)])
        var steps: [TrackedRequest.Step] = []
        for _ in 0..<TrackedRequest.gracePolls { steps.append(request.reported(report, now: Self.early)) }
        #expect(steps.dropLast().allSatisfy { $0 == .wait })
        guard case .end(let end) = steps.last else { throw Unexpected("\(steps)") }
        #expect(end.state == .partial && end.reason == .notTrackable)
        #expect(Set(end.actions.map(\.state)) == [.succeeded, .unknown])

        var other = try Samples.tracked([block])
        let step = other.reported(Samples.report([Samples.line("SUCCESS", block)]), now: Self.early)
        guard case .end(let end) = step else { throw Unexpected("\(step)") }
        #expect(end.state == .succeeded)
    }

    @Test("alone it ends unknown and not trackable; beside a failure nobody can say that all failed")
    func untrackedEnds() {
        func end(_ actions: [(ActionTarget, ActionState)]) -> RequestEnd? {
            RequestEnd(actions.map { ActionResult($0.0, state: $0.1) })
        }
        let alone = end([(Samples.block("f9"), .unknown)])
        #expect(alone?.state == .unknown && alone?.reason == .notTrackable)
        let mixed = end([(Self.one, .failed), (Self.two, .unknown)])
        #expect(mixed?.state == .unknown && mixed?.reason == .cannotTell)
        #expect(end([(Self.one, .succeeded), (Self.two, .pending)]) == nil)
        #expect(end([]) == nil)
    }

    @Test("an answer about another remediation says nothing")
    func foreignReport() throws {
        var request = try Samples.tracked([Self.one])
        var report = Samples.report([Samples.line("SUCCESS", Self.one)])
        report.remediationID = "another"
        #expect(request.reported(report, now: Self.early) == .wait)
        #expect(request.progress.actions.map(\.state) == [.pending])
    }

    @Test("an answer that has lost lines takes nothing back")
    func lostLines() throws {
        var request = try Samples.tracked([Self.one, Self.two])
        let whole = Samples.report([Samples.line("SUCCESS", Self.one), Samples.line("PENDING", Self.two)])
        #expect(request.reported(whole, now: Self.early) == .wait)
        let rest = Samples.line("IN_PROGRESS", Self.two, at: Samples.time + .seconds(2))
        #expect(request.reported(Samples.report([rest]), now: Self.early) == .wait)
        let byTarget = Dictionary(uniqueKeysWithValues: request.progress.actions.map { ($0.target, $0.state) })
        #expect(byTarget == [Self.one: .succeeded, Self.two: .inProgress])
    }

    @Test("an older answer that comes later takes nothing back; a newer word counts, whatever it is")
    func olderAnswer() throws {
        var request = try Samples.tracked([Self.one, Self.two])
        let pending = Samples.line("PENDING", Self.one, at: Samples.time + .seconds(1))
        let success = Samples.line("SUCCESS", Self.one, at: Samples.time + .seconds(3))
        func report(_ lines: StatusLogEntry...) -> TrackedRequest.Step {
            request.reported(Samples.report(lines), now: Self.early)
        }
        #expect(report(pending, success) == .wait)
        #expect(report(pending) == .wait)
        #expect(request.progress.actions.first { $0.target == Self.one }?.state == .succeeded)
        #expect(report(pending, success, Samples.line("FAILURE", Self.one, at: Samples.time + .seconds(4))) == .wait)
        #expect(request.progress.actions.first { $0.target == Self.one }?.state == .failed)
    }

    @Test("it goes on from the last result, as long as that is about the same remediation")
    func resume() throws {
        let ledger = Samples.ledger("r", Samples.request([Self.one]), Samples.submission("r"))
        let entry = try #require(ledger.requests["r"])
        var last = RemediationResult(entry, tracked: nil, now: Self.early)
        last.state = .inProgress
        last.actions[0].state = .inProgress
        let resumed = try #require(TrackedRequest(entry, limit: .seconds(60), last: last))
        #expect(resumed.hasBegun && resumed.progress.actions == last.actions)
        last.remediationId = "another"
        let fresh = try #require(TrackedRequest(entry, limit: .seconds(60), last: last))
        #expect(!fresh.hasBegun && fresh.progress.actions.map(\.state) == [.pending])
        #expect(
            TrackedRequest(try #require(Samples.ledger("q", Samples.request([Self.one])).requests["q"]), limit: .zero)
                == nil)
    }
}

/// A value that a test did not expect.
struct Unexpected: Error {
    let value: String
    init(_ value: String) { self.value = value }
}
