import JSON
import Model
import Testing

/// How much may be sent within an hour, decided by the log's order.
@Suite struct LedgerCapTests {
    let anna = Writer("anna"), ben = Writer("ben")
    var story = LedgerStory()

    /// Accepts requests with one action each, on machines that are named with them.
    private mutating func accept(_ requests: (id: String, machine: String)...) {
        for (id, machine) in requests { story.allows(anna.accepts(id, to: Ask.kill(id, on: machine))) }
    }

    /// Adds an `INTENT` that is over a cap where it stands.
    private mutating func exceeds(_ fact: LedgerFact, _ reason: Reason, at place: SourceLocation = #_sourceLocation) {
        guard case .overCap(let excess) = story.add(fact) else {
            Issue.record("it is within the caps", sourceLocation: place)
            return
        }
        #expect(excess.reason == reason, sourceLocation: place)
        #expect(story[fact.requestId]?.excess == excess, sourceLocation: place)
    }

    @Test("Of two writers at the edge of a cap the first in the log sends, and the other may say that it does not")
    mutating func edge() {
        let caps = RateCaps(actionsPerHour: 2)
        accept(("a", "m1"), ("b", "m2"), ("c", "m3"))
        story.allows(anna.intends("a", under: caps), ben.intends("b", under: caps))
        exceeds(anna.intends("c", under: caps), .hourCap)
        #expect(story["c"]?.phase == .intent)
        story.allows(anna.didNotSend("c", because: .hourCap))
        #expect(story["c"]?.isWaiting == true && story["c"]?.end == nil)
    }

    @Test("What is over a cap spends nothing: a cap of one lets the next one go when there is room")
    mutating func room() {
        let caps = RateCaps(actionsPerHour: 1)
        accept(("a", "m1"), ("b", "m2"), ("c", "m3"))
        story.allows(anna.intends("a", under: caps))
        exceeds(ben.intends("b", under: caps), .hourCap)
        story.allows(ben.didNotSend("b", because: .hourCap))
        story.silence += .seconds(3661)
        story.allows(anna.intends("c", under: caps))
    }

    @Test("Nobody waits less than an hour: what was sent counts until its minute is an hour old")
    mutating func hour() throws {
        let caps = RateCaps(actionsPerHour: 1)
        accept(("a", "m1"), ("b", "m2"))
        story.allows(anna.intends("a", under: caps))
        let sent = story.now
        let request = try #require(story["b"])
        let full = try #require(story.ledger.excess(of: request, under: caps, at: sent + .seconds(3599)))
        #expect(full.until > sent + .seconds(3600) && full.until <= sent + .seconds(3660))
        #expect(story.ledger.excess(of: request, under: caps, at: full.until + .milliseconds(-1)) != nil)
        #expect(story.ledger.excess(of: request, under: caps, at: full.until) == nil)
    }

    @Test("Each machine has its own hour, in whichever spelling its id comes")
    mutating func machine() {
        let caps = RateCaps(actionsPerMachineAndHour: 1)
        accept(("a", "214.4712067068585916413"), ("b", "m2"), ("c", "AAAA1kFkoAiE4Tf9"))
        story.allows(anna.intends("a", under: caps), anna.intends("b", under: caps))
        exceeds(anna.intends("c", under: caps), .machineHourCap)
    }

    @Test("Machines are counted once each, however often they are acted on")
    mutating func machines() {
        let caps = RateCaps(machinesPerHour: 2)
        accept(("a", "m1"), ("b", "m1"), ("c", "m2"), ("d", "m3"), ("e", "m2"))
        story.allows(anna.intends("a", under: caps), anna.intends("b", under: caps), anna.intends("c", under: caps))
        exceeds(anna.intends("d", under: caps), .machinesHourCap)
        story.allows(anna.intends("e", under: caps))
    }

    @Test("What was provably not sent gives its room back; what the console's list does not show does not")
    mutating func refund() {
        let caps = RateCaps(actionsPerHour: 1)
        accept(("a", "m1"), ("b", "m2"), ("c", "m3"))
        story.allows(anna.intends("a", under: caps), anna.didNotSend("a"), ben.intends("b", under: caps))
        story.allows(anna.doubts("b"), anna.didNotFind("b"))
        exceeds(anna.intends("c", under: caps), .hourCap)
    }

    @Test("A doubted request that does not get through gives the room of its later attempts back")
    mutating func doubtedRefund() {
        let caps = RateCaps(actionsPerHour: 2)
        accept(("b", "m2"), ("c", "m3"))
        story.allows(anna.intends("b", under: caps), anna.doubts("b"), anna.didNotFind("b"))
        for attempt in 2...5 {
            story.allows(anna.intends("b", attempt: attempt, under: caps), anna.didNotSend("b", attempt: attempt))
        }
        story.allows(anna.intends("c", under: caps))
    }

    @Test("To take something back is never too much")
    mutating func undoing() {
        let caps = RateCaps(actionsPerHour: 1)
        accept(("a", "m1"), ("c", "m2"))
        let undo = ActionTarget(machineId: "m1", targetId: "q", actionType: .unquarantineFile)
        story.allows(anna.accepts("u", to: undo), anna.accepts("v", to: undo))
        story.allows(anna.intends("a", under: caps), anna.intends("u", under: caps))
        exceeds(anna.intends("c", under: caps), .hourCap)
    }

    @Test("An attempt over a cap that nobody took back can be taken back by anyone, but only for that")
    mutating func anyone() {
        let caps = RateCaps(actionsPerHour: 1)
        accept(("a", "m1"), ("b", "m2"))
        story.allows(anna.intends("a", under: caps))
        exceeds(anna.intends("b", under: caps), .hourCap)
        story.voids(ben.didNotSend("b"), because: .tooLate)
        story.allows(ben.didNotSend("b", because: .hourCap))
        story.allows(anna.submitted("a", as: "x"))
        story.voids(ben.didNotSend("a", because: .hourCap), because: .tooLate)
    }

    @Test("What was sent without caps counts for those who have some")
    mutating func uncapped() {
        accept(("a", "m1"), ("b", "m2"))
        story.allows(anna.intends("a"))
        exceeds(ben.intends("b", under: RateCaps(actionsPerHour: 1)), .hourCap)
    }

    /// A compacted log may differ in what stands of the forgotten: a request of theirs may be unknown and its facts void, and
    /// what they have spent, and whose way they were in, is not known. None of that is about what is open. What was sent
    /// is forgotten two weeks after its end, and no cap looks back for more than an hour; only an `INTENT` that was void
    /// because of one of them could count now, which would have to stand as long ago as they, and its writer's `REFUSED`
    /// follows it.
    @Test("Whoever reads the log when others are forgotten, wholly or by half, makes the same of all that is open")
    mutating func replay() throws {
        let caps = RateCaps(actionsPerMachineAndHour: 2, machinesPerHour: 2, actionsPerHour: 3)
        let old = try tellOfOld(caps)
        story.silence += .seconds(15 * 86_400)
        tellOfNew(caps)
        #expect(story.ledger.open == ["a", "b", "c", "d", "e", "f"])
        #expect(story["b"]?.excess != nil && story["c"]?.denial != nil && story["d"]?.approvals.count == 1)

        let isOpener: (LedgerFact) -> Bool = { $0.fact == .accepted }
        let rounds: [(String, (LedgerFact) -> Bool)] = [
            ("all there", { _ in false }), ("without what came twice", { isOpener($0) && $0.writer == "ben" }),
            ("without their beginning", isOpener), ("without a trace", { _ in true }),
        ]
        for (words, isGone) in rounds {
            var second = Ledger()
            for (fact, time) in zip(story.log, story.times) where !(old.contains(fact.requestId) && isGone(fact)) {
                _ = second.apply(fact, logTime: time)
            }
            #expect(second.open == story.ledger.open, "\(words)")
            for id in story.ledger.open { expectSame(id, in: second, caps, words) }
        }
    }

    private func expectSame(_ id: String, in second: Ledger, _ caps: RateCaps, _ words: String) {
        #expect(second.requests[id] == story[id], "\(id), \(words)")
        guard let request = story[id] else { return }
        for time in [story.now, story.now + .seconds(1800), story.now + .seconds(3700)] {
            #expect(
                second.excess(of: request, under: caps, at: time)
                    == story.ledger.excess(of: request, under: caps, at: time), "\(id), \(words)")
        }
    }

    /// Requests that have filled the caps and have ended; one came twice.
    private mutating func tellOfOld(_ caps: RateCaps) throws -> Set<String> {
        accept(("o", "m1"), ("p", "m2"), ("q", "m1"), ("s", "m3"))
        story.add(ben.accepts("o", to: Ask.kill("o", on: "m1")))
        story.allows(anna.intends("o", under: caps), anna.submitted("o", as: "x1"), anna.ends("o", as: .succeeded))
        story.allows(anna.intends("p", under: caps), anna.submitted("p", as: "x2"), anna.ends("p", as: .failed))
        story.allows(anna.intends("q", under: caps), ben.decides("q", .deny), anna.didNotSend("q"))
        exceeds(ben.intends("s", under: caps), .machinesHourCap)
        story.allows(anna.didNotSend("s", because: .machinesHourCap), anna.ends("s", as: .expired))
        #expect(story["q"]?.end?.state == .denied && story.ledger.open.isEmpty)
        return Set(story.ledger.requests.keys)
    }

    /// Requests that are open in every way that caps and people can have them be.
    private mutating func tellOfNew(_ caps: RateCaps) {
        accept(("a", "m1"), ("b", "m3"), ("c", "m1"), ("d", "m2"), ("e", "m2"), ("f", "m3"))
        story.allows(anna.intends("e", under: caps), anna.doubts("e"), anna.didNotFind("e"))
        story.allows(anna.intends("c", under: caps), ben.decides("c", .deny))
        exceeds(ben.intends("b", under: caps), .machinesHourCap)
        exceeds(ben.intends("f", under: caps), .machinesHourCap)
        story.allows(anna.didNotSend("f", because: .machinesHourCap), anna.holds("f", because: .machinesHourCap))
        story.allows(anna.holds("d", because: .approvalRequired), ben.decides("d", .approve, of: story["d"]))
        story.allows(anna.intends("a", under: caps), anna.didNotSend("a"))
    }
}
