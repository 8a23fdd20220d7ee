internal import JSON
internal import Model
internal import Testing

@testable import Cybereason
@testable import Tracker

@Suite("The end of a request, held against a new query")
struct EndedRequestTests {
    static let kill = Samples.kill("p1")
    static let quarantine = Samples.quarantine("f1")
    static let limits = EndedRequest.Limits(verifyFor: .seconds(300), amendFor: .seconds(3600))

    /// When the ledger took the end.
    static let end = Samples.time + .seconds(3)

    static func ended(
        _ actions: [(ActionTarget, ActionState)], _ state: RequestState = .succeeded,
        standing: ResultBook.Standing? = nil
    ) throws -> EndedRequest {
        try #require(
            EndedRequest(try entry(actions, state), standing: standing, limits: limits))
    }

    static func entry(
        _ actions: [(ActionTarget, ActionState)], _ state: RequestState
    ) throws -> LedgerRequest {
        let results = actions.map { ActionResult($0.0, state: $0.1) }
        let facts = Samples.submission("r") + [Samples.end("r", state, results)]
        return try #require(Samples.ledger("r", Samples.request(actions.map(\.0)), facts).requests["r"])
    }

    static let running = Evidence.of(processes: [ProcessState(guid: "p1", isLive: true)])
    static let stopped = Evidence.of(processes: [ProcessState(guid: "p1", isLive: false)])

    @Test("it is verified as soon as everything is so")
    func verified() throws {
        var request = try Self.ended([(Self.kill, .succeeded), (Self.quarantine, .failed)], .partial)
        #expect(request.isVerifying && request.questions.processes == ["p1"] && request.questions.files == ["f1"])
        request.looked(
            .of(
                processes: [ProcessState(guid: "p1", isLive: false)],
                files: [FileState(guid: "f1", isQuarantined: false)]),
            now: Self.end)
        #expect(request.verification == .verified && request.amended == nil)
    }

    @Test("what was seen to be so is not asked for again")
    func confirmed() throws {
        var request = try Self.ended([(Self.kill, .succeeded), (Self.quarantine, .succeeded)])
        request.looked(Self.stopped, now: Self.end)
        #expect(request.isVerifying && request.questions.processes == [] && request.questions.files == ["f1"])
        request.looked(.of(files: [FileState(guid: "f1", isQuarantined: true)]), now: Self.end)
        #expect(request.verification == .verified)
    }

    @Test("the console's data may lag: only when the time for that is over, a report is contradicted, in words")
    func contradicted() throws {
        var request = try Self.ended([(Self.kill, .succeeded)])
        request.looked(Self.running, now: Self.end)
        request.looked(Self.running, now: Self.end + .seconds(300) - .milliseconds(1))
        #expect(request.isVerifying && request.amended == nil)
        var lucky = request
        lucky.looked(Self.stopped, now: Self.end + .seconds(300))
        #expect(lucky.verification == .verified)
        request.looked(Self.running, now: Self.end + .seconds(300))
        #expect(request.verification == .contradicted)
        let words = "\(Self.kill): the console reported SUCCEEDED, but the process still runs"
        #expect(request.amended == "at \((Self.end + .seconds(300)).rfc3339): \(words)")
    }

    @Test("one answer alone contradicts nothing, however late it comes")
    func oneLook() throws {
        var request = try Self.ended([(Self.kill, .succeeded)])
        request.looked(Self.running, now: Self.end + .seconds(3600))
        #expect(request.isVerifying)
        request.looked(Self.running, now: Self.end + .seconds(3601))
        #expect(request.verification == .contradicted)
    }

    @Test("a console that is away decides nothing, and after a day nothing can be said")
    func away() throws {
        var request = try Self.ended([(Self.kill, .succeeded)])
        for hour in 0..<24 { request.looked(.away, now: Self.end + .seconds(hour * 3600)) }
        #expect(request.isVerifying)
        var back = request
        back.looked(Self.stopped, now: Self.end + .seconds(86_000))
        #expect(back.verification == .verified)
        request.looked(.away, now: Self.end + .seconds(86_400))
        #expect(request.verification == .notVerifiable && request.amended == nil)
        var late = try Self.ended([(Self.kill, .succeeded)])
        late.looked(Self.running, now: Self.end + .seconds(3 * 86_400))
        #expect(late.verification == .notVerifiable, "what is so days later says nothing about the report")
    }

    @Test("half an answer waits for the other half")
    func halfAnswered() throws {
        var request = try Self.ended([(Self.kill, .succeeded), (Self.quarantine, .succeeded)])
        var half = Self.running
        half.files = .failure(ConsoleError(.unavailable, "away"))
        for second in 0..<3 { request.looked(half, now: Self.end + .seconds(400 + second)) }
        #expect(request.isVerifying)
    }

    @Test("an element that is not to be found cannot be verified; that is said when the time for it is over")
    func missing() throws {
        var request = try Self.ended([(Self.kill, .succeeded)])
        request.looked(Evidence(), now: Self.end)
        #expect(request.isVerifying)
        request.looked(Evidence(), now: Self.end + .seconds(301))
        #expect(request.verification == .notVerifiable)
    }

    @Test("what is missing from an answer that is not whole was not looked for; what is in it counts")
    func notWhole() throws {
        var request = try Self.ended([(Self.kill, .succeeded), (Self.quarantine, .succeeded)])
        var cut = Evidence.of(files: [FileState(guid: "f1", isQuarantined: true)])
        cut.processes = .states(
            .init(found: [:], completeness: .partial(PartialReason(.limitCrossed, "QUERY_LIMIT_CROSSED"))))
        for second in 0..<3 { request.looked(cut, now: Self.end + .seconds(400 + second)) }
        #expect(request.isVerifying && request.questions.files == [] && request.questions.processes == ["p1"])
        request.looked(Self.stopped, now: Self.end + .seconds(500))
        #expect(request.verification == .verified)
    }

    @Test("a question that the console refuses for itself is answered, though it shows nothing")
    func refusedQuestion() throws {
        var request = try Self.ended([(Self.kill, .succeeded)])
        var refused = Evidence()
        refused.processes = .failure(ConsoleError(.rejected, "HTTP 400", status: 400))
        for second in 0..<2 { request.looked(refused, now: Self.end + .seconds(400 + second)) }
        #expect(request.verification == .notVerifiable)
    }

    @Test("without a claim, or with claims about other actions alone, nothing is asked")
    func nothingToAsk() throws {
        var untold = try Self.ended([(Self.kill, .timedOut)], .timedOut)
        var blocked = try Self.ended([(Samples.block("f1"), .succeeded)])
        #expect(!untold.hasQuestions && !blocked.hasQuestions)
        untold.looked(Evidence(), now: Self.end)
        blocked.looked(Evidence(), now: Self.end)
        #expect(untold.verification == .notVerifiable && blocked.verification == .notVerifiable)
    }

    @Test("every claim is held against the query, be there actions without one; another type's cannot be")
    func mixed() throws {
        var half = try Self.ended([(Self.kill, .succeeded), (Self.quarantine, .timedOut)], .timedOut)
        half.looked(Self.stopped, now: Self.end)
        #expect(half.verification == .verified)
        var other = try Self.ended([(Self.kill, .succeeded), (Samples.block("f1"), .succeeded)])
        other.looked(Self.stopped, now: Self.end)
        #expect(other.verification == .notVerifiable)
        var wrong = try Self.ended([(Self.kill, .succeeded), (Samples.block("f1"), .succeeded)])
        wrong.looked(Self.running, now: Self.end + .seconds(300))
        wrong.looked(Self.running, now: Self.end + .seconds(300))
        #expect(wrong.verification == .contradicted)
    }

    @Test("at most three contradictions are named")
    func many() throws {
        let targets = (1...5).map { Samples.kill("p\($0)") }
        var request = try Self.ended(targets.map { ($0, .succeeded) })
        let evidence = Evidence.of(processes: (1...5).map { ProcessState(guid: "p\($0)", isLive: true) })
        request.looked(evidence, now: Self.end + .seconds(300))
        request.looked(evidence, now: Self.end + .seconds(300))
        #expect(request.amended?.contains("of p3 on") == true && request.amended?.hasSuffix("; and 2 more") == true)
    }

    @Test(
        "where nothing was sent there is nothing to verify",
        arguments: [RequestState.refused, .expired, .observed, .denied])
    func notSent(state: RequestState) throws {
        let ledger = Samples.ledger("r", Samples.request([Self.kill]), [Samples.end("r", state)])
        let entry = try #require(ledger.requests["r"])
        #expect(EndedRequest(entry, standing: nil, limits: Self.limits) == nil)
    }

    @Test("an end whose answer was lost: seen by its effect it is verified, given up it is not")
    func withoutAnswer() throws {
        let intent = LedgerFact(.intent, of: "r", attempt: 1, writer: "executor", at: Samples.time)
        let doubt = LedgerFact(.uncertain, of: "r", attempt: 1, writer: "executor", at: Samples.time)
        func ended(_ state: RequestState, _ reason: String) throws -> EndedRequest? {
            var end = Samples.end("r", state)
            end.reason = Reason(rawValue: reason)
            let entry = Samples.ledger("r", Samples.request([Self.kill]), [intent, doubt, end]).requests["r"]
            return EndedRequest(try #require(entry), standing: nil, limits: Self.limits)
        }
        var seen = try #require(try ended(.succeeded, "seen-by-effect"))
        #expect(!seen.mayBeAmended(now: Self.end))
        seen.looked(Self.stopped, now: Self.end)
        #expect(seen.verification == .verified)
        #expect(try ended(.unknown, "cannot-tell") == nil)
    }

    @Test("it goes on from what stands in the topic; what an earlier release wrote stays as it is")
    func resumed() throws {
        let actions = [(Self.kill, ActionState.succeeded)]
        func resumed(_ verification: Verification?, _ state: RequestState = .succeeded) throws -> EndedRequest? {
            EndedRequest(
                try Self.entry(actions, .succeeded),
                standing: .init(state: state, verification: verification, amendment: nil), limits: Self.limits)
        }
        #expect(try resumed(nil) == nil)
        #expect(try resumed(.pending, .failed) == nil, "that is a contradiction of its own")
        #expect(try resumed(.pending)?.isVerifying == true)
        #expect(try resumed(.verified)?.isSettled(now: Self.end) == true)
    }

    @Test("what another tracker has found out is taken over, what it has not is not")
    func learned() throws {
        var request = try Self.ended([(Self.kill, .succeeded)])
        request.learn(.init(state: .succeeded, verification: nil, amendment: nil))
        #expect(request.isVerifying)
        request.learn(.init(state: .succeeded, verification: .verified, amendment: nil))
        #expect(request.verification == .verified)
        request.learn(.init(state: .succeeded, verification: .pending, amendment: nil))
        #expect(request.verification == .verified)
    }
}

extension Evidence {
    static func of(processes: [ProcessState] = [], files: [FileState] = []) -> Evidence {
        var evidence = Evidence()
        evidence.processes = .states(
            .init(found: Dictionary(uniqueKeysWithValues: processes.map { ($0.guid, $0) }), completeness: .whole))
        evidence.files = .states(
            .init(found: Dictionary(uniqueKeysWithValues: files.map { ($0.guid, $0) }), completeness: .whole))
        for file in files where file.isQuarantined == true {
            evidence.copies[file.guid] = .found("copy of \(file.guid)")
        }
        return evidence
    }

    /// A console that is away.
    static var away: Evidence {
        var evidence = Evidence()
        evidence.processes = .failure(ConsoleError(.unavailable, "away"))
        evidence.files = .failure(ConsoleError(.unavailable, "away"))
        return evidence
    }
}
