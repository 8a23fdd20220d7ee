import JSON
import Model
import Testing

/// Requests that aim at the same, and requests that are forgotten.
@Suite struct LedgerConflictTests {
    let anna = Writer("anna"), ben = Writer("ben")
    var story = LedgerStory()

    @Test("While one request acts on a target another may not, and is told which")
    mutating func alreadyOpen() throws {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.accepts("s", to: Ask.kill("q"), Ask.kill("p")))
        #expect(story.ledger.conflict(for: try #require(story["s"])) == nil)
        story.allows(anna.intends("r"))
        #expect(story.ledger.conflict(for: try #require(story["s"])) == "r")
        #expect(story.ledger.conflict(for: try #require(story["r"])) == nil)
        story.voids(ben.intends("s"), because: .alreadyOpen, inTheWay: "r")
        story.allows(ben.refuses("s", because: .alreadyOpen))
        #expect(story["s"]?.end?.state == .refused)
        #expect(story["r"]?.phase == .intent)
    }

    @Test("A waiting request is in nobody's way")
    mutating func waiting() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.holds("r"))
        story.allows(anna.accepts("s", to: Ask.kill("p")), ben.intends("s"))
        story.voids(anna.intends("r"), because: .alreadyOpen, inTheWay: "s")
    }

    @Test("It stays in the way while it is submitted, doubted or parked, and is out of it when it ends")
    mutating func release() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.accepts("s", to: Ask.kill("p")), anna.intends("r"))
        story.allows(ben.doubts("r"))
        story.voids(ben.intends("s"), because: .alreadyOpen, inTheWay: "r")
        story.allows(ben.parks("r"))
        story.voids(ben.intends("s"), because: .alreadyOpen, inTheWay: "r")
        story.allows(anna.submitted("r", as: "x"))
        story.voids(ben.intends("s"), because: .alreadyOpen, inTheWay: "r")
        story.allows(anna.ends("r", as: .succeeded), ben.intends("s"))
    }

    @Test("What was provably not sent is out of the way")
    mutating func releaseByNotSent() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.accepts("s", to: Ask.kill("p")), anna.intends("r"))
        story.allows(anna.didNotSend("r"), ben.intends("s"))
        story.voids(anna.intends("r", attempt: 2), because: .alreadyOpen, inTheWay: "s")
        story.allows(ben.didNotSend("s"), anna.intends("r", attempt: 2))
    }

    @Test("The console's refusal is out of the way")
    mutating func releaseByRefusal() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.accepts("s", to: Ask.kill("p")), anna.intends("r"))
        story.allows(anna.refuses("r", attempt: 1, because: .refusedByConsole), ben.intends("s"))
    }

    @Test("Nobody gets in the way of a request that is sending by claiming a remediation")
    mutating func claimedRemediation() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.accepts("s", to: Ask.kill("p")), anna.intends("r"))
        story.voids(ben.submitted("s", as: "y"), because: .tooLate)
        story.voids(ben.adopts("y", for: "s"), because: .tooLate)
        story.allows(anna.submitted("r", as: "x"), anna.ends("r", as: .succeeded), ben.intends("s"))
    }

    @Test("Another machine, target or action is no conflict")
    mutating func otherTargets() {
        let quarantine = ActionTarget(machineId: "m", targetId: "p", actionType: .quarantineFile)
        story.allows(
            anna.accepts("r", to: Ask.kill("p")), anna.accepts("s", to: Ask.kill("p", on: "m2")),
            anna.accepts("t", to: Ask.kill("q")), anna.accepts("u", to: quarantine))
        story.allows(anna.intends("r"), ben.intends("s"), anna.intends("t"), ben.intends("u"))
    }

    @Test("A request that may be at the console is forgotten when it has ended, and not before")
    mutating func forget() {
        story.allows(anna.accepts("r", to: Ask.kill("p")))
        story.doesNotForget("r", key: "r/ACCEPTED/0/anna/another")
        story.allows(anna.intends("r"))
        story.doesNotForget("r")
        story.allows(anna.submitted("r", as: "x"), anna.ends("r", as: .succeeded))
        story.forgets("r")
        story.doesNotForget("r")
        story.doesNotForget("unheard-of")
        #expect(story.ledger.owner(ofRemediation: "x") == nil)
        #expect(story.ledger.requests.isEmpty && story.ledger.open.isEmpty)
    }

    @Test("What was never sent is forgotten with what has begun it: where that was void, nobody else knows of it")
    mutating func forgetUnsent() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.holds("r"))
        story.forgets("r")
        #expect(story.ledger.open.isEmpty)
    }

    @Test("An id that comes again is not forgotten by the tombstones of the one before")
    mutating func reusedID() throws {
        story.allows(anna.refusesAtIntake("r", to: Ask.kill("p")))
        let before = try #require(story["r"]?.opener)
        story.forgets("r")
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.ends("r", as: .denied))
        story.doesNotForget("r", key: before)
        story.forgets("r")
    }

    @Test("A forgotten request leaves its target free, and its id may be used again")
    mutating func afterForgetting() {
        story.allows(anna.refusesAtIntake("r", to: Ask.kill("p")))
        story.forgets("r")
        story.voids(anna.holds("r"), because: .unknownRequest)
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.intends("r"))
    }
}
