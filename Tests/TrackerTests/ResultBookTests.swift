internal import JSON
internal import Model
internal import Testing

@testable import Tracker

@Suite("Which results are written")
struct ResultBookTests {
    static let target = Samples.kill("p1")
    static let request = Samples.request([target], malop: "m1")
    private var book = ResultBook()

    private func candidate(_ facts: [LedgerFact], _ tracked: TrackedRequest? = nil) -> RemediationResult {
        let ledger = Samples.ledger("r", Self.request, facts)
        guard let entry = ledger.requests["r"] else { preconditionFailure() }
        return RemediationResult(entry, tracked: tracked, now: Samples.time + .seconds(99))
    }

    /// Writes what is to be written, at the next offset; nil if nothing is.
    private mutating func write(_ facts: [LedgerFact], at offset: Int64) -> RemediationResult? {
        guard case .write(let result, _) = book.verdict(on: candidate(facts), partition: 2) else { return nil }
        book.learn(result, partition: 2, offset: offset)
        return result
    }

    @Test("a result says all that the ledger knows of its request")
    mutating func content() throws {
        let result = try #require(write(Samples.submission("r"), at: 0))
        #expect(result.requestId == "r" && result.version == 1 && result.state == .submitted)
        #expect(result.malopId == "m1" && result.requestedBy == "soar@example.com" && result.requestReason == "test")
        #expect(result.digest == Self.request.digest && result.remediationId == Samples.remediation)
        #expect(result.source == Origin(topic: "requests", partition: 3, offset: 7, timestamp: Samples.time))
        #expect(result.attempts == 1 && result.acceptedAt == Samples.time && result.endedAt == nil)
        #expect(result.notAfter == Samples.time + .seconds(3600) && result.submittedAt == Samples.time + .seconds(2))
        #expect(result.actions == [ActionResult(Self.target, state: .pending)])
        #expect(result.verification == nil)
    }

    @Test("a result names who has approved the request, each once and in the log's order")
    mutating func approvers() throws {
        func approval(_ name: String, _ second: Int64) -> LedgerFact {
            var decision = RemediationDecision()
            (decision.requestId, decision.decision, decision.digest) = ("r", .approve, Self.request.digest)
            (decision.decidedBy, decision.decidedAt) = (name, Samples.time + .seconds(second))
            var fact = LedgerFact()
            (fact.requestId, fact.fact, fact.writer, fact.decision) = ("r", .decided, "w", decision)
            return fact
        }
        #expect(write([], at: 0)?.approvedBy == nil)
        let approvals = [approval("bob", 1), approval("ann", 2), approval("bob", 3)]
        #expect(write(approvals, at: 1)?.approvedBy == ["bob", "ann"])
    }

    @Test("each news has a higher version, and what is no news is not written")
    mutating func versions() {
        #expect(write([], at: 0)?.version == 1)
        #expect(write([], at: 1) == nil)
        #expect(write(Samples.submission("r"), at: 1)?.version == 2)
        let end = Samples.submission("r") + [Samples.end("r", .succeeded)]
        let result = write(end, at: 2)
        #expect(result?.version == 3 && result?.endedAt == Samples.time + .seconds(3))
        #expect(result?.actions.map(\.state) == [.succeeded])
        #expect(write(end, at: 3) == nil)
    }

    @Test("a word that the console only repeats, with a new time, is no news")
    mutating func repeatedWord() throws {
        var tracked = try Samples.tracked([Self.target])
        _ = tracked.reported(Samples.report([Samples.line("IN_PROGRESS", Self.target)]), now: Samples.time)
        let first = candidate(Samples.submission("r"), tracked)
        #expect(first.state == .inProgress)
        book.learn(first, partition: 2, offset: 0)
        let again = Samples.line("IN_PROGRESS", Self.target, at: Samples.time + .seconds(50))
        _ = tracked.reported(Samples.report([again]), now: Samples.time)
        #expect(book.verdict(on: candidate(Samples.submission("r"), tracked), partition: 2) == .upToDate)
    }

    @Test("versions go on above what anyone has written")
    mutating func foreignVersions() {
        var foreign = candidate([])
        foreign.version = 41
        foreign.state = .held
        book.learn(foreign, partition: 2, offset: 9)
        #expect(write([], at: 10)?.version == 42)
        foreign.version = .max
        book.learn(foreign, partition: 2, offset: 11)
        #expect(write([], at: 12) != nil, "a senseless version is no trap")
    }

    @Test("an end never changes its state, and is never followed by an open state")
    mutating func endIsForEver() {
        let submitted = Samples.submission("r")
        #expect(write(submitted + [Samples.end("r", .failed)], at: 0)?.state == .failed)
        let other = candidate(submitted + [Samples.end("r", .succeeded)])
        let verdict = book.verdict(on: other, partition: 2)
        #expect(verdict == .contradiction(written: .failed, ledger: .succeeded))
        #expect(book.verdict(on: candidate(submitted), partition: 2) == .upToDate)
    }

    @Test("an end that a zombie wrote over is written again")
    mutating func overwrittenEnd() {
        let ended = Samples.submission("r") + [Samples.end("r", .succeeded)]
        #expect(write(ended, at: 0)?.version == 1)
        var zombie = candidate(Samples.submission("r"))
        zombie.version = 5
        let isNews = book.learn(zombie, partition: 2, offset: 1)
        #expect(isNews)
        let again = write(ended, at: 2)
        #expect(again?.state == .succeeded && again?.version == 6)
        #expect(write(ended, at: 3) == nil)
    }

    @Test("an end that a zombie wrote again with a lower version is written above it")
    mutating func lowerVersion() {
        let ended = Samples.submission("r") + [Samples.end("r", .succeeded)]
        #expect(write(Samples.submission("r"), at: 0)?.version == 1)
        #expect(write(ended, at: 1)?.version == 2)
        var zombie = candidate(ended)
        zombie.version = 1
        book.learn(zombie, partition: 2, offset: 2)
        #expect(write(ended, at: 3)?.version == 3)
        #expect(write(ended, at: 4) == nil)
    }

    @Test("an end is the first one once, and that is known before it is written")
    mutating func firstEnd() throws {
        let ended = Samples.submission("r") + [Samples.end("r", .succeeded)]
        let early = book.verdict(on: candidate(Samples.submission("r")), partition: 2)
        guard case .write(_, isFirstEnd: false) = early else { throw Unexpected("\(early)") }
        let first = book.verdict(on: candidate(ended), partition: 2)
        guard case .write(let end, isFirstEnd: true) = first else { throw Unexpected("\(first)") }
        book.learn(end, partition: 2, offset: 0)
        var zombie = candidate(Samples.submission("r"))
        zombie.version = 5
        book.learn(zombie, partition: 2, offset: 1)
        let again = book.verdict(on: candidate(ended), partition: 2)
        guard case .write(_, isFirstEnd: false) = again else { throw Unexpected("\(again)") }
    }

    @Test("what stands further back than what is known is no news")
    mutating func oldRecords() {
        #expect(write([], at: 7)?.version == 1)
        var old = candidate(Samples.submission("r") + [Samples.end("r", .failed)])
        old.version = 1
        let isNews = book.learn(old, partition: 2, offset: 3)
        #expect(!isNews)
        #expect(book.end(of: "r", partition: 2) == nil)
    }

    @Test("of a request that has ended no details are kept")
    mutating func memory() {
        #expect(write(Samples.submission("r"), at: 0) != nil)
        #expect(book.newest("r", partition: 2) != nil)
        #expect(write(Samples.submission("r") + [Samples.end("r", .succeeded)], at: 1) != nil)
        #expect(book.newest("r", partition: 2) == nil)
        #expect(book.end(of: "r", partition: 2) == .succeeded)
    }

    @Test(
        "what was never sent was never begun, also after the end",
        arguments: [RequestState.observed, .denied, .expired, .refused])
    mutating func neverSent(state: RequestState) {
        let result = write([Samples.end("r", state)], at: 0)
        #expect(result?.state == state && result?.remediationId == nil && result?.attempts == nil)
        #expect(result?.actions.map(\.state) == [.pending])
    }

    // MARK: - After the end

    /// The result of an end that was found out so much about.
    private func ended(
        _ verification: Verification?, _ amended: String? = nil, version: Int64 = 1
    ) -> RemediationResult {
        var result = candidate(Samples.submission("r") + [Samples.end("r", .succeeded)])
        (result.verification, result.amended, result.version) = (verification, amended, version)
        if amended != nil { result.actions[0].state = .unknown }
        return result
    }

    private func write(of candidate: RemediationResult) -> RemediationResult? {
        guard case .write(let result, isFirstEnd: false) = book.verdict(on: candidate, partition: 2) else { return nil }
        return result
    }

    @Test("what is found out about an end is written with a higher version, once")
    mutating func verification() {
        book.learn(ended(.pending), partition: 2, offset: 0)
        #expect(book.verdict(on: ended(.pending), partition: 2) == .upToDate)
        let verified = write(of: ended(.verified))
        #expect(verified?.version == 2 && verified?.state == .succeeded)
        book.learn(ended(.verified, version: 2), partition: 2, offset: 1)
        #expect(book.verdict(on: ended(.verified), partition: 2) == .upToDate)
        #expect(write(of: ended(.contradicted, "at noon"))?.amended == "at noon")
    }

    @Test("who looks at the ledger alone takes nothing back of what was found out, and repairs what a zombie wrote")
    mutating func foundOut() {
        let later = ended(.verified, "later", version: 3)
        book.learn(ended(.pending), partition: 2, offset: 0)
        book.learn(later, partition: 2, offset: 1)
        #expect(book.verdict(on: ended(nil), partition: 2) == .upToDate)
        for (index, zombie) in [ended(.pending, version: 4), ended(.verified, version: 5), ended(nil, version: 6)]
            .enumerated()
        {
            book.learn(zombie, partition: 2, offset: Int64(2 + index))
            let repaired = write(of: ended(nil))
            #expect(repaired?.verification == .verified && repaired?.amended == "later")
            #expect(repaired?.actions == later.actions && repaired?.version == zombie.version + 1)
        }
        book.learn(ended(.pending, "later; and later", version: 8), partition: 2, offset: 9)
        let standing = book.standing(of: "r", acceptedAt: Samples.time, partition: 2)
        #expect(standing?.verification == .pending && standing?.amendment?.amended == "later; and later")
    }

    @Test("of an end more is kept only where it was amended; what the ledger forgot is forgotten")
    mutating func memoryOfEnds() {
        for (offset, verification) in [Verification?.none, .pending, .verified, .notVerifiable].enumerated() {
            book.learn(ended(verification), partition: 2, offset: Int64(offset))
            #expect(book.detailCount == 0)
        }
        book.learn(ended(.contradicted, "at noon"), partition: 2, offset: 9)
        #expect(book.detailCount == 1)
        book.forget("r", partition: 2)
        #expect(book.detailCount == 0 && book.end(of: "r", partition: 2) == .succeeded)
    }

    // MARK: - An id that comes again

    /// The same id, accepted after the ledger had forgotten the first request.
    private func again(_ state: RequestState = .accepted, version: Int64 = 0) -> RemediationResult {
        var result = candidate(state.isEnd ? [Samples.end("r", .refused)] : [])
        (result.state, result.version) = (state, version)
        result.acceptedAt = Samples.time + .seconds(20 * 86_400)
        return result
    }

    @Test("an id that comes again begins anew, above the versions that were written, whatever its end was")
    mutating func secondLife() throws {
        book.learn(ended(.contradicted, "at noon", version: 7), partition: 2, offset: 0)
        let first = write(of: again())
        #expect(first?.version == 8 && first?.state == .accepted)
        book.learn(try #require(first), partition: 2, offset: 1)
        #expect(book.end(of: "r", partition: 2) == nil && book.verdict(on: again(), partition: 2) == .upToDate)
        #expect(book.standing(of: "r", acceptedAt: again().acceptedAt ?? Samples.time, partition: 2) == nil)
        let verdict = book.verdict(on: again(.refused), partition: 2)
        guard case .write(let end, isFirstEnd: true) = verdict else { throw Unexpected("\(verdict)") }
        #expect(end.version == 9 && end.verification == nil && end.amended == nil)
        book.learn(end, partition: 2, offset: 2)
        #expect(book.end(of: "r", partition: 2) == .refused)
    }

    @Test("its first result may be its end; nothing is known of that end before")
    mutating func secondEnd() throws {
        book.learn(ended(.verified, version: 7), partition: 2, offset: 0)
        let verdict = book.verdict(on: again(.refused), partition: 2)
        guard case .write(let end, isFirstEnd: true) = verdict else { throw Unexpected("\(verdict)") }
        #expect(end.version == 8)
        let accepted = try #require(again().acceptedAt)
        #expect(book.standing(of: "r", acceptedAt: accepted, partition: 2) == nil)
    }

    @Test("a zombie that still writes about the first one is written over, and its end is not the second one's")
    mutating func firstLifeAgain() {
        book.learn(again(version: 8), partition: 2, offset: 0)
        book.learn(ended(.verified, version: 9), partition: 2, offset: 1)
        #expect(book.end(of: "r", partition: 2) == nil)
        #expect(write(of: again())?.version == 10)
        #expect(book.verdict(on: ended(.verified), partition: 2) == .upToDate, "our view of the ledger is behind")
    }
}
