internal import JSON
internal import Model
internal import Testing

@testable import Cybereason
@testable import Tracker

@Suite("The deadline of a remediation")
struct DeadlineTests {
    static let one = Samples.kill("p1")
    static let two = Samples.quarantine("f1")
    static let half = Samples.report([Samples.line("SUCCESS", one), Samples.line("PENDING", two)])

    /// A request whose deadline has come, with one action done and one pending.
    static func late() throws -> (TrackedRequest, now: Timestamp) {
        var request = try Samples.tracked([one, two])
        #expect(request.reported(half, now: request.deadline - .milliseconds(1)) == .wait)
        #expect(request.reported(half, now: request.deadline) == .abort)
        return (request, request.deadline)
    }

    @Test("it counts from the moment at which the ledger took the submission")
    func start() throws {
        let request = try Samples.tracked([Self.one], limit: .seconds(60))
        #expect(request.since == Samples.time + .seconds(2))
        #expect(request.deadline == Samples.time + .seconds(62))
    }

    @Test("what ended before is not undone: the pending action times out, the other one has succeeded")
    func timedOut() throws {
        var (request, _) = try Self.late()
        let step = request.abortAnswered(.submitted(Self.half))
        guard case .end(let end) = step else { throw Unexpected("\(step)") }
        #expect(end.state == .timedOut && end.reason == .deadline)
        let states = Dictionary(uniqueKeysWithValues: end.actions.map { ($0.target, $0.state) })
        #expect(states == [Self.one: .succeeded, Self.two: .timedOut])
        #expect(end.actions.contains { $0.platformStatus == "PENDING" }, "the console's last word stays")
    }

    @Test("all that ended in time has its own end, also when nobody had looked for long")
    func endedInTime() throws {
        var request = try Samples.tracked([Self.one])
        let report = Samples.report([Samples.line("SUCCESS", Self.one)])
        let step = request.reported(report, now: request.deadline + .seconds(86_400))
        guard case .end(let end) = step else { throw Unexpected("\(step)") }
        #expect(end.state == .succeeded)
    }

    @Test("what ended on its own before the abort came has its own end; what the abort ended has not")
    func raceWithTheAbort() throws {
        var (request, _) = try Self.late()
        let both = Samples.report([Samples.line("SUCCESS", Self.one), Samples.line("FAILURE", Self.two)])
        guard case .end(let own) = request.abortAnswered(.submitted(both)) else { throw Unexpected("no end") }
        #expect(own.state == .partial)
        (request, _) = try Self.late()
        let aborted = Samples.report([Samples.line("SUCCESS", Self.one), Samples.line("ABORTED", Self.two)])
        guard case .end(let end) = request.abortAnswered(.submitted(aborted)) else { throw Unexpected("no end") }
        #expect(end.state == .timedOut)
        #expect(Set(end.actions.map(\.state)) == [.succeeded, .aborted])
    }

    @Test("an abort that the console refuses does not keep the end away")
    func abortRefused() throws {
        var (request, _) = try Self.late()
        let step = request.abortAnswered(.refused(Refusal(status: 404, words: "no")))
        guard case .end(let end) = step else { throw Unexpected("\(step)") }
        #expect(end.state == .timedOut && request.isAbortAnswered)
    }

    static let unanswered: [(RemediationOutcome, String)] = [
        (.notSent(NotSent(.connection, "refused", retryAfter: nil)), "did not reach"),
        (.mayHaveRun(UncertainReason(.cut, "cut")), "may have reached"),
        (.mayHaveRun(UncertainReason(.serverError, "HTTP 503", status: 503)), "may have reached"),
    ]

    @Test("an abort without an answer is tried again for a minute, then the end comes", arguments: unanswered)
    func abortUnanswered(outcome: RemediationOutcome, words: String) throws {
        var (request, start) = try Self.late()
        for second in stride(from: 0, to: 60, by: 5) {
            if second > 0 {
                #expect(request.reported(Self.half, now: start + .seconds(second)) == .abort)
            }
            #expect(request.abortAnswered(outcome) == .wait)
        }
        #expect(request.reported(Self.half, now: start + .seconds(60)) == .abort)
        guard case .end(let end) = request.abortAnswered(outcome) else { throw Unexpected("no end") }
        #expect(end.state == .timedOut && end.detail?.contains(words) == true && !request.isAbortAnswered)
    }

    @Test("however far apart they are, it is tried a few times; an answer counts whenever it comes")
    func fewAborts() throws {
        var (request, start) = try Self.late()
        let (lost, _) = Self.unanswered[1]
        #expect(request.abortAnswered(lost) == .wait)
        #expect(request.reported(Self.half, now: start + .seconds(3600)) == .abort)
        var other = request
        #expect(request.abortAnswered(lost) == .wait)
        #expect(request.reported(Self.half, now: start + .seconds(7200)) == .abort)
        guard case .end = request.abortAnswered(lost) else { throw Unexpected("no end") }
        let aborted = Samples.report([Samples.line("SUCCESS", Self.one), Samples.line("ABORTED", Self.two)])
        guard case .end(let end) = other.abortAnswered(.submitted(aborted)) else { throw Unexpected("no end") }
        #expect(end.state == .timedOut && other.isAbortAnswered)
    }

    @Test("an abort whose answer was lost has ended it all the same; one that was not sent has not")
    func lostAnswer() throws {
        let aborted = Samples.report([Samples.line("SUCCESS", Self.one), Samples.line("ABORTED", Self.two)])
        for (outcome, state) in [(Self.unanswered[1].0, RequestState.timedOut), (Self.unanswered[0].0, .partial)] {
            var (request, now) = try Self.late()
            #expect(request.abortAnswered(outcome) == .wait)
            guard case .end(let end) = request.reported(aborted, now: now) else { throw Unexpected("no end") }
            #expect(end.state == state)
            #expect(Set(end.actions.map(\.state)) == [.succeeded, .aborted])
        }
    }

    @Test("what is aborted after the deadline was aborted by us, if by an instance that could not say so; before, not")
    func otherInstance() throws {
        for (offset, state) in [(Duration.zero, RequestState.timedOut), (.milliseconds(-1), .aborted)] {
            var request = try Samples.tracked([Self.one])
            let time = request.deadline + offset
            let report = Samples.report([Samples.line("ABORTED", Self.one, at: time)])
            guard case .end(let end) = request.reported(report, now: request.deadline) else {
                throw Unexpected("no end")
            }
            #expect(end.state == state && end.actions.map(\.state) == [.aborted])
        }
    }

    @Test("a remediation that the console does not know is aborted and times out")
    func unknownToTheConsole() throws {
        var request = try Samples.tracked([Self.one])
        #expect(request.reported(nil, now: request.deadline) == .abort)
        guard case .end(let end) = request.abortAnswered(.refused(Refusal(status: 404, words: ""))) else {
            throw Unexpected("no end")
        }
        #expect(end.actions.map(\.state) == [.timedOut])
    }
}
