import JSON
import Model
import Testing

/// What a person decides about a parked request happens where the decision stands in the log.
@Suite struct LedgerResolvingTests {
    let anna = Writer("anna"), ben = Writer("ben")
    var story = LedgerStory()

    init() {
        var asked = Ask.request([Ask.kill("p")])
        asked.notAfter = Samples.time + .seconds(60)
        story.allows(anna.accepts("r", asked), anna.intends("r"), ben.doubts("r"), ben.parks("r"))
    }

    @Test("The remediation that a person names is the request's")
    mutating func adopt() {
        story.allows(ben.decides("r", .adopt, remediation: "x"))
        #expect(story["r"]?.phase == .submitted)
        #expect(story["r"]?.submissionLoggedAt == story.now)
        #expect(story["r"]?.detail == "taken for this request's by ann")
        #expect(story.ledger.owner(ofRemediation: "x") == "r")
        story.voids(ben.decides("r", .adopt, remediation: "x"), because: .duplicate)
    }

    @Test("Not one that is another request's, and not none")
    mutating func adoptWrongly() {
        story.allows(anna.accepts("s", to: Ask.kill("q")), anna.intends("s"), anna.submitted("s", as: "x"))
        story.voids(ben.decides("r", .adopt, remediation: "x"), because: .alreadyOpen, inTheWay: "s")
        story.voids(ben.decides("r", .adopt), because: .wrongSchema)
        story.voids(ben.decides("r", .adopt, remediation: ""), because: .wrongSchema)
    }

    @Test("What is given up ends, and its targets are free")
    mutating func giveUp() {
        story.allows(ben.decides("r", .giveUp))
        #expect(story["r"]?.end?.state == .unknown)
        #expect(story["r"]?.end?.reason == .givenUp)
        #expect(story["r"]?.end?.detail == "given up by ann")
        story.voids(anna.submitted("r", as: "x"), because: .alreadyEnded)
        story.allows(anna.accepts("s", to: Ask.kill("p")), anna.intends("s"))
    }

    @Test("What is sent again has as long as at first, from the decision on")
    mutating func sendAgain() throws {
        let accepted = try #require(story["r"]?.acceptedAt)
        let span = Samples.time + .seconds(60) - accepted
        story.allows(ben.decides("r", .sendAgain, of: story["r"]))
        #expect(story["r"]?.isWaiting == true)
        #expect(story["r"]?.isFiring == true, "its targets stay its own")
        #expect(story["r"]?.notAfter == story.now + span)
        story.allows(ben.intends("r", attempt: 2))
    }

    @Test("A person may say so as often as it is parked")
    mutating func sendAgainTwice() {
        let first = ben.decides("r", .sendAgain, of: story["r"])
        story.allows(first, ben.intends("r", attempt: 2), anna.parks("r", attempt: 2))
        story.voids(first, because: .duplicate)
        story.allows(ben.decides("r", .sendAgain, of: story["r"]))
    }

    @Test("Sending again is decided about the attempt and the body that were seen, and about no other")
    mutating func sendAgainBlindly() {
        story.voids(ben.decides("r", .sendAgain), because: .wrongSchema)
        var other = ben.decides("r", .sendAgain, of: story["r"])
        other.decision?.attempt = 2
        story.voids(other, because: .tooLate)
    }

    @Test("A decision that comes late is not about the attempt after it", arguments: [DecisionVerb.adopt, .giveUp])
    mutating func late(verb: DecisionVerb) {
        var decision = ben.decides("r", verb, remediation: "y")
        decision.decision?.attempt = 1
        story.allows(ben.decides("r", .sendAgain, of: story["r"]), ben.intends("r", attempt: 2))
        story.voids(decision, because: .notParked)
        story.allows(anna.parks("r", attempt: 2))
        story.voids(decision, because: .tooLate)
        decision.decision?.attempt = 2
        story.allows(decision)
    }

    @Test("What is not parked is not resolved", arguments: [DecisionVerb.adopt, .giveUp, .sendAgain])
    mutating func notParked(verb: DecisionVerb) {
        story.allows(anna.accepts("s", to: Ask.kill("q")))
        story.voids(ben.decides("s", verb, remediation: "y"), because: .notParked)
        story.allows(anna.intends("s"))
        story.voids(ben.decides("s", verb, remediation: "y"), because: .notParked)
        story.allows(ben.doubts("s"))
        story.voids(ben.decides("s", verb, remediation: "y"), because: .notParked)
    }

    @Test("A decision about another body decides nothing")
    mutating func wrongDigest() {
        var decision = ben.decides("r", .giveUp)
        decision.decision?.digest = "another"
        story.voids(decision, because: .wrongDigest)
        decision.decision?.digest = story["r"]?.digest
        story.allows(decision)
    }
}
