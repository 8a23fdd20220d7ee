import JSON
import Model
import Testing

/// Who may send, what it may say afterwards, and how what was sent ends.
@Suite struct LedgerFiringTests {
    let anna = Writer("anna"), ben = Writer("ben")
    var story = LedgerStory()

    init() { story.allows(anna.accepts("r", to: Ask.kill("p"))) }

    @Test("Of two that intend the same attempt the first in the log may send")
    mutating func firstIntent() {
        var intent = ben.intends("r")
        intent.consoleTime = Samples.time + .seconds(3)
        story.allows(intent)
        story.voids(anna.intends("r"), because: .tooLate)
        story.voids(ben.intends("r"), because: .tooLate)
        #expect(story["r"]?.intentWriter == "ben")
        #expect(story["r"]?.intentConsoleTime == Samples.time + .seconds(3))
        #expect(story["r"]?.state == .accepted)
    }

    @Test("An attempt follows the one before: none is skipped and none is repeated", arguments: [-1, 0, 2, 3])
    mutating func attemptsInOrder(attempt: Int) {
        story.voids(anna.intends("r", attempt: attempt), because: .duplicate)
        story.allows(anna.intends("r", attempt: 1))
    }

    @Test("A second attempt is only for what was provably not sent, said by its own writer")
    mutating func secondAttempt() {
        story.allows(anna.intends("r"))
        story.voids(anna.intends("r", attempt: 2), because: .tooLate)
        story.voids(ben.didNotSend("r"), because: .tooLate)
        story.voids(anna.didNotSend("r", attempt: 2), because: .tooLate)
        story.allows(anna.didNotSend("r"))
        #expect(story["r"]?.phase == .notSent)
        #expect(story["r"]?.isWaiting == true)
        story.voids(ben.intends("r", attempt: 1), because: .duplicate)
        story.allows(ben.intends("r", attempt: 2))
        #expect(story["r"]?.attempt == 2)
        #expect(story["r"]?.intentWriter == "ben")
        story.voids(anna.didNotSend("r", attempt: 1), because: .tooLate)
        story.voids(anna.didNotSend("r", attempt: 2), because: .tooLate)
    }

    @Test("What was not sent may be held, refused or expire")
    mutating func afterNotSent() {
        story.allows(anna.intends("r"), anna.didNotSend("r"), ben.holds("r"), ben.ends("r", as: .expired))
        #expect(story["r"]?.end?.state == .expired)
    }

    @Test("The answer gives the remediation its owner")
    mutating func submitted() {
        story.allows(anna.intends("r"), anna.submitted("r", as: "x"))
        #expect(story["r"]?.state == .submitted)
        #expect(story["r"]?.remediationId == "x")
        #expect(story["r"]?.submittedAt == story.now)
        #expect(story.ledger.owner(ofRemediation: "x") == "r")
        story.voids(anna.submitted("r", as: "x"), because: .duplicate)
        story.voids(ben.submitted("r", as: "y"), because: .duplicate)
        story.voids(ben.adopts("y", for: "r"), because: .duplicate)
    }

    @Test("The console's time of the start counts where it gives one")
    mutating func startedAt() {
        var fact = anna.submitted("r", as: "x")
        fact.startedAt = Samples.time - .seconds(5)
        story.allows(anna.intends("r"), fact)
        #expect(story["r"]?.submittedAt == Samples.time - .seconds(5))
        #expect(story["r"]?.submissionLoggedAt == story.now, "deadlines count on the log's clock")
    }

    @Test("An answer without an id is no answer", arguments: [nil, ""])
    mutating func answerWithoutID(id: String?) {
        story.allows(anna.intends("r"))
        var fact = anna.submitted("r", as: "x")
        fact.remediationId = id
        story.voids(fact, because: .wrongSchema)
    }

    @Test("Nothing is submitted or adopted that nobody intended to send")
    mutating func submittedWithoutIntent() {
        story.voids(anna.submitted("r", as: "x"), because: .tooLate)
        story.voids(anna.adopts("x", for: "r"), because: .tooLate)
        story.allows(anna.intends("r"))
        story.voids(anna.submitted("r", as: "x", attempt: 2), because: .tooLate)
        story.allows(anna.didNotSend("r"))
        story.voids(anna.submitted("r", as: "x"), because: .tooLate)
        #expect(story.ledger.owner(ofRemediation: "x") == nil)
        #expect(story["r"]?.attempt == 1)
    }

    @Test("Anyone may doubt an attempt whose answer stays away, once, and only that attempt")
    mutating func uncertain() {
        story.voids(ben.doubts("r"), because: .tooLate)
        story.allows(anna.intends("r"))
        story.voids(ben.doubts("r", attempt: 2), because: .tooLate)
        story.allows(ben.doubts("r"))
        #expect(story["r"]?.state == .uncertain)
        #expect(story["r"]?.reason == .answerLost)
        story.voids(anna.doubts("r"), because: .tooLate)
    }

    @Test("After a doubt nothing is sent again, and only its writer can still say that it was not sent")
    mutating func noSecondAttemptAfterDoubt() {
        story.allows(anna.intends("r"), ben.doubts("r"))
        story.voids(ben.didNotSend("r"), because: .tooLate)
        story.voids(ben.intends("r", attempt: 2), because: .tooLate)
        story.voids(ben.holds("r"), because: .tooLate)
        story.allows(anna.didNotSend("r"))
        #expect(story["r"]?.isFiring == false)
        story.allows(ben.intends("r", attempt: 2), anna.doubts("r", attempt: 2), anna.parks("r", attempt: 2))
        story.allows(ben.didNotSend("r", attempt: 2))
    }

    @Test("An answer that comes after the doubt, or after the request was parked, still counts")
    mutating func lateAnswer() {
        story.allows(anna.intends("r"), ben.doubts("r"), anna.submitted("r", as: "x"))
        #expect(story["r"]?.state == .submitted)
        story.allows(anna.accepts("s", to: Ask.kill("q")), anna.intends("s"), ben.doubts("s"), ben.parks("s"))
        story.allows(anna.submitted("s", as: "y"))
        #expect(story["s"]?.state == .submitted)
    }

    @Test("What the console's list shows is adopted")
    mutating func adopted() {
        story.allows(anna.intends("r"), ben.doubts("r"), ben.adopts("x", for: "r"))
        #expect(story["r"]?.state == .submitted)
        #expect(story.ledger.owner(ofRemediation: "x") == "r")
    }

    @Test("A remediation that belongs to another request is not adopted, even if that one has ended")
    mutating func adoptedFromAnother() {
        story.allows(anna.intends("r"), anna.submitted("r", as: "x"))
        story.allows(anna.accepts("s", to: Ask.kill("q")), ben.intends("s"), ben.doubts("s"))
        story.voids(ben.adopts("x", for: "s"), because: .alreadyOpen, inTheWay: "r")
        story.voids(ben.submitted("s", as: "x"), because: .alreadyOpen, inTheWay: "r")
        story.allows(anna.ends("r", as: .succeeded))
        story.voids(ben.adopts("x", for: "s"), because: .alreadyOpen, inTheWay: "r")
        story.allows(ben.adopts("y", for: "s"))
    }

    @Test("An attempt that nobody can tell of is parked, from intent or from doubt, and only that attempt")
    mutating func parked() {
        story.voids(ben.parks("r"), because: .tooLate)
        story.allows(anna.intends("r"))
        story.voids(ben.parks("r", attempt: 0), because: .tooLate)
        story.allows(ben.parks("r"))
        #expect(story["r"]?.state == .parked)
        #expect(story["r"]?.isFiring == true)
        story.voids(ben.parks("r"), because: .tooLate)
        story.voids(ben.intends("r", attempt: 2), because: .tooLate)
        story.allows(ben.ends("r", as: .unknown, because: .cannotTell))
    }

    @Test("A late parking of an attempt that was not sent does not park the next one")
    mutating func lateParking() {
        story.allows(anna.intends("r"), anna.didNotSend("r"), anna.intends("r", attempt: 2))
        story.voids(ben.parks("r", attempt: 1), because: .tooLate)
        #expect(story["r"]?.phase == .intent)
    }

    @Test("The console's refusal ends the request when the writer of the attempt says so")
    mutating func refusedByConsole() {
        story.allows(anna.intends("r"))
        story.voids(ben.refuses("r", attempt: 1, because: .refusedByConsole), because: .tooLate)
        story.voids(anna.refuses("r", attempt: 2, because: .refusedByConsole), because: .tooLate)
        story.allows(anna.refuses("r", attempt: 1, because: .refusedByConsole))
        #expect(story["r"]?.end?.state == .refused)
        #expect(story["r"]?.end?.reason == .refusedByConsole)
    }

    @Test("One whose own intent was void cannot end what another is sending")
    mutating func refusalByTheLoser() {
        story.allows(anna.intends("r"))
        story.voids(ben.intends("r"), because: .tooLate)
        story.voids(ben.refuses("r", attempt: 1, because: .alreadyOpen), because: .tooLate)
        story.voids(ben.ends("r", as: .refused), because: .tooLate)
        #expect(story["r"]?.phase == .intent)
    }

    @Test(
        "After an intent nothing expires, is denied, was only observed or is refused by our rules",
        arguments: [RequestState.expired, .observed, .denied, .refused])
    mutating func tooLateForUnsentEnds(state: RequestState) {
        story.allows(anna.intends("r"))
        story.voids(ben.ends("r", as: state), because: .tooLate)
        story.allows(ben.doubts("r"))
        story.voids(ben.ends("r", as: state), because: .tooLate)
        story.allows(ben.parks("r"))
        story.voids(ben.ends("r", as: state), because: .tooLate)
        story.allows(anna.submitted("r", as: "x"))
        story.voids(ben.ends("r", as: state), because: .tooLate)
    }

    @Test(
        "What was sent ends as the console says, but not before it is known to be there or doubted",
        arguments: [RequestState.succeeded, .partial, .failed, .aborted, .timedOut, .unknown])
    mutating func ends(state: RequestState) {
        story.allows(anna.intends("r"))
        story.voids(ben.ends("r", as: state), because: .tooLate)
        story.allows(anna.submitted("r", as: "x"))
        var end = ben.ends("r", as: state, because: .completed)
        end.actions = [Samples.actionResult]
        story.allows(end)
        #expect(story["r"]?.end?.state == state)
        #expect(story["r"]?.end?.actions == [Samples.actionResult])
        #expect(story["r"]?.state == state)
    }

    @Test("The first end is the end, and nothing counts after it")
    mutating func nothingAfterTheEnd() {
        story.allows(anna.intends("r"), anna.submitted("r", as: "x"), anna.ends("r", as: .failed))
        let facts = [
            ben.ends("r", as: .succeeded), anna.ends("r", as: .failed), ben.holds("r"), ben.decides("r", .approve),
            ben.intends("r", attempt: 2), anna.didNotSend("r"), anna.submitted("r", as: "y"), ben.adopts("y", for: "r"),
            ben.doubts("r"), ben.parks("r"), anna.refuses("r", attempt: 1),
        ]
        for fact in facts { story.voids(fact, because: .alreadyEnded) }
        #expect(story["r"]?.end?.state == .failed)
    }

    @Test("Every fact that counts is counted, with the log's time")
    mutating func changes() {
        #expect(story["r"]?.changes == 1)
        story.allows(anna.holds("r"), anna.intends("r"))
        #expect(story["r"]?.changes == 3)
        #expect(story["r"]?.changedAt == story.now)
        story.add(ben.intends("r"))
        #expect(story["r"]?.changes == 3)
    }
}
