import JSON
import Model
import Testing

/// How a request begins, waits, and ends without having been sent.
@Suite struct LedgerIntakeTests {
    let anna = Writer("anna"), ben = Writer("ben")
    var story = LedgerStory()

    @Test("An accepted request is open and waits")
    mutating func accepted() throws {
        story.allows(anna.accepts("r", to: Ask.kill("p")))
        let request = try #require(story["r"])
        #expect(request.phase == .accepted && request.isWaiting && !request.isFiring)
        #expect(request.state == .accepted)
        #expect(request.acceptedAt == story.now)
        #expect(request.origin == Samples.origin)
        #expect(story.ledger.open == ["r"])
    }

    @Test("Its deadline is the fact's, else the request's own")
    mutating func deadline() {
        var asked = Ask.request([Ask.kill("p")])
        asked.notAfter = Samples.time
        var fact = anna.accepts("default", Ask.request([Ask.kill("q")]))
        fact.notAfter = Samples.time + .seconds(3600)
        story.allows(anna.accepts("own", asked), fact)
        #expect(story["own"]?.notAfter == Samples.time)
        #expect(story["default"]?.notAfter == Samples.time + .seconds(3600))
    }

    @Test("The same request again is a duplicate, whoever writes it")
    mutating func duplicate() {
        story.allows(anna.accepts("r", to: Ask.kill("p")))
        story.voids(anna.accepts("r", to: Ask.kill("p")), because: .duplicate)
        story.voids(ben.accepts("r", to: Ask.kill("p")), because: .duplicate)
        story.allows(ben.intends("r"), ben.submitted("r", as: "x"), ben.ends("r", as: .succeeded))
        story.voids(anna.accepts("r", to: Ask.kill("p")), because: .duplicate)
    }

    @Test("Another request under a used id leaves the first untouched")
    mutating func idReused() {
        story.allows(anna.accepts("r", to: Ask.kill("p")))
        story.voids(ben.accepts("r", to: Ask.kill("q")), because: .idReused)
        story.voids(ben.refusesAtIntake("r", to: Ask.kill("q")), because: .idReused)
        #expect(story["r"]?.request.targets == [Ask.kill("p")])
        #expect(story["r"]?.phase == .accepted)
    }

    @Test("A refusal at intake of a request that is already known does not end it")
    mutating func lateIntakeRefusal() {
        story.allows(anna.accepts("r", to: Ask.kill("p")))
        story.voids(ben.refusesAtIntake("r", to: Ask.kill("p")), because: .duplicate)
        #expect(story["r"]?.end == nil)
    }

    @Test("A refusal at intake is the first and last fact of its request")
    mutating func intakeRefusal() throws {
        story.allows(anna.refusesAtIntake("r", because: .noActions))
        let request = try #require(story["r"])
        #expect(request.end?.state == .refused)
        #expect(request.end?.reason == .noActions)
        #expect(request.state == .refused)
        #expect(story.ledger.open.isEmpty)
        story.voids(ben.refusesAtIntake("r"), because: .duplicate)
        story.voids(ben.accepts("r", to: Ask.kill("p")), because: .idReused)
        story.voids(ben.intends("r"), because: .alreadyEnded)
    }

    @Test("An acceptance without its request is no acceptance")
    mutating func emptyAcceptance() {
        var fact = anna.accepts("r", to: Ask.kill("p"))
        fact.request = nil
        story.voids(fact, because: .wrongSchema)
    }

    @Test("Nothing can be said of a request that the ledger does not know")
    mutating func unknown() {
        let facts = [
            anna.holds("r"), anna.decides("r", .approve), anna.intends("r"), anna.didNotSend("r"),
            anna.submitted("r", as: "x"), anna.adopts("x", for: "r"), anna.doubts("r"), anna.parks("r"),
            anna.refuses("r"), anna.ends("r", as: .expired),
        ]
        for fact in facts { story.voids(fact, because: .unknownRequest) }
        #expect(story.ledger.requests.isEmpty)
    }

    @Test("A request is held for one reason after another, and by anyone")
    mutating func held() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.holds("r", because: .machineOffline))
        #expect(story["r"]?.state == .held)
        #expect(story["r"]?.reason == .machineOffline)
        story.allows(ben.holds("r", because: .halted))
        #expect(story["r"]?.reason == .halted)
        #expect(story["r"]?.isWaiting == true)
    }

    @Test("A request that may be at the console is not held")
    mutating func notHeldWhileFiring() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.intends("r"))
        story.voids(ben.holds("r"), because: .tooLate)
        story.allows(anna.submitted("r", as: "x"))
        story.voids(ben.holds("r"), because: .tooLate)
    }

    @Test("Approvals are kept in the log's order, each once, with the key that someone has verified")
    mutating func approvals() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.holds("r", because: .approvalRequired))
        var signed = ben.decides("r", .approve, of: story["r"], by: "bob")
        signed.keyId = "bob-1"
        story.allows(anna.decides("r", .approve, of: story["r"], by: "ann"), signed)
        story.voids(ben.decides("r", .approve, of: story["r"], by: "ann"), because: .duplicate)
        #expect(story["r"]?.approvals.map(\.by) == ["ann", "bob"])
        #expect(story["r"]?.approvals.map(\.keyID) == [nil, "bob-1"])
        #expect(story["r"]?.phase == .held)
        var empty = anna.decides("r", .deny)
        empty.decision = nil
        story.voids(empty, because: .wrongSchema)
    }

    @Test("Who approves says what: an approval without the digest, or with another one, decides nothing")
    mutating func blindApproval() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.accepts("s", to: Ask.kill("q")), anna.holds("r"))
        story.voids(anna.decides("r", .approve), because: .wrongSchema)
        story.voids(anna.decides("r", .approve, of: story["s"]), because: .wrongDigest)
        #expect(story["r"]?.approvals.isEmpty == true)
    }

    @Test("A denial ends what waits, and nothing comes after it")
    mutating func denial() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.holds("r"), ben.decides("r", .deny, by: "bob"))
        #expect(story["r"]?.end?.state == .denied && story["r"]?.end?.reason == .denied)
        #expect(story["r"]?.end?.detail == "denied by bob")
        story.voids(anna.decides("r", .approve, of: story["r"]), because: .alreadyEnded)
        story.voids(anna.intends("r"), because: .alreadyEnded)
    }

    @Test("A denial of what may have run already has a person look, for it cannot end as if nothing had been sent")
    mutating func lateDenial() {
        story.allows(
            anna.accepts("r", to: Ask.kill("p")), anna.intends("r"), anna.doubts("r"), ben.didNotFind("r"),
            ben.decides("r", .deny, by: "bob"))
        #expect(story["r"]?.phase == .parked && story["r"]?.reason == .cannotTell)
        #expect(story["r"]?.detail?.hasPrefix("denied by bob; but an attempt before may have reached") == true)
    }

    @Test("A denial of what is on its way: this attempt may still be stopped, and no other follows")
    mutating func denialOnTheWay() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.intends("r"), ben.decides("r", .deny, by: "bob"))
        #expect(story["r"]?.phase == .intent && story["r"]?.denial == "denied by bob")
        story.allows(anna.didNotSend("r"))
        #expect(story["r"]?.end?.state == .denied && story["r"]?.end?.detail == "denied by bob")
    }

    @Test("A denial of what may have run: it is not sent again, and a person looks at what was")
    mutating func denialInDoubt() {
        story.allows(
            anna.accepts("r", to: Ask.kill("p")), anna.intends("r"), anna.doubts("r"),
            ben.decides("r", .deny, by: "bob"), ben.didNotFind("r"))
        #expect(story["r"]?.phase == .parked)
        story.voids(ben.intends("r", attempt: 2), because: .tooLate)
        story.allows(ben.decides("r", .sendAgain, of: story["r"], by: "carol"), ben.intends("r", attempt: 2))
    }

    @Test("A denial that comes too late is told so, and what the console took goes on")
    mutating func decidedTooLate() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.intends("r"), ben.decides("r", .deny, by: "bob"))
        story.voids(ben.decides("r", .approve, of: story["r"]), because: .tooLate)
        story.allows(anna.submitted("r", as: "x"))
        story.voids(ben.decides("r", .deny, by: "carol"), because: .tooLate)
        #expect(story["r"]?.phase == .submitted)
    }

    @Test("Each person's newest approval counts, so that repeating does not make a long list")
    mutating func repeatedApproval() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.holds("r", because: .approvalRequired))
        for second in 1...5 {
            var fact = ben.decides("r", .approve, of: story["r"], by: "bob")
            fact.decision?.decidedAt = Samples.time + .seconds(second)
            story.allows(fact)
        }
        #expect(story["r"]?.approvals.map(\.at) == [Samples.time + .seconds(5)])
        #expect(story["r"]?.hasNewApproval == true)
        story.allows(anna.holds("r", because: .approvalRequired))
        #expect(story["r"]?.hasNewApproval == false)
    }

    @Test("What was only to be observed does not quietly stand in the way of the same in earnest")
    mutating func observedBefore() {
        var request = Ask.request([Ask.kill("p")])
        request.mode = .observe
        story.allows(anna.accepts("r", request))
        story.voids(anna.accepts("r", request), because: .duplicate)
        request.mode = nil
        story.voids(anna.accepts("r", request), because: .idReused)
    }

    @Test(
        "A waiting request may end without having been sent",
        arguments: [RequestState.observed, .denied, .expired, .refused])
    mutating func endsUnsent(state: RequestState) {
        story.allows(anna.accepts("r", to: Ask.kill("p")), ben.ends("r", as: state, because: .observeMode))
        #expect(story["r"]?.end?.state == state)
        #expect(story["r"]?.end?.reason == .observeMode)
        #expect(story["r"]?.end?.at == story.now)
        #expect(story.ledger.open.isEmpty)
    }

    @Test(
        "Nothing succeeds or fails that was never sent",
        arguments: [RequestState.succeeded, .partial, .failed, .aborted, .timedOut, .unknown])
    mutating func noEndWithoutIntent(state: RequestState) {
        story.allows(anna.accepts("r", to: Ask.kill("p")))
        story.voids(ben.ends("r", as: state), because: .tooLate)
        story.allows(anna.holds("r"))
        story.voids(ben.ends("r", as: state), because: .tooLate)
    }

    @Test(
        "An open state is no end",
        arguments: [RequestState.accepted, .held, .submitted, .inProgress, .uncertain, .parked])
    mutating func openStateIsNoEnd(state: RequestState) {
        story.allows(anna.accepts("r", to: Ask.kill("p")))
        story.voids(anna.ends("r", as: state), because: .wrongSchema)
        var fact = anna.ends("r", as: .expired)
        fact.state = nil
        story.voids(fact, because: .wrongSchema)
    }

    @Test("Our own rules refuse while nothing was sent, by anyone, and not after")
    mutating func refusedByRules() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.holds("r"), ben.refuses("r"))
        #expect(story["r"]?.end?.state == .refused)
        story.allows(anna.accepts("s", to: Ask.kill("p")), anna.intends("s"))
        story.voids(ben.refuses("s"), because: .tooLate)
        story.voids(anna.refuses("s"), because: .tooLate)
    }
}
