import JSON
import Model
import Testing

/// The console's answer to an isolation command ends the request: there is no remediation to follow.
@Suite struct LedgerIsolationTests {
    let anna = Writer("anna"), ben = Writer("ben")
    var story = LedgerStory()

    static let isolate = ActionTarget(machineId: "m", targetId: "m", actionType: .isolateMachine)

    init() { story.allows(anna.accepts("r", to: Self.isolate), anna.intends("r")) }

    private func answer(
        _ writer: Writer, _ state: RequestState, attempt: Int = 1, of id: String = "r"
    ) -> LedgerFact {
        var fact = writer.ends(id, as: state, because: state == .succeeded ? .completed : .isolationFailed)
        fact.attempt = attempt
        fact.actions = [ActionResult(Self.isolate, state: state == .succeeded ? .succeeded : .failed)]
        return fact
    }

    @Test("The one that has sent it may tell its end", arguments: [RequestState.succeeded, .partial, .failed])
    mutating func ends(state: RequestState) {
        story.voids(answer(ben, state), because: .tooLate)
        story.voids(answer(anna, state, attempt: 2), because: .tooLate)
        story.allows(answer(anna, state))
        #expect(story["r"]?.end?.state == state && story["r"]?.end?.actions.count == 1)
    }

    @Test("Nothing else ends on its writer's word alone", arguments: [RequestState.aborted, .timedOut, .unknown])
    mutating func otherEnds(state: RequestState) {
        story.voids(answer(anna, state), because: .tooLate)
        story.allows(anna.accepts("kill", to: Ask.kill("p")), anna.intends("kill"))
        story.voids(answer(anna, .succeeded, of: "kill"), because: .tooLate)
    }

    @Test("What the console has left open is kept, and forgotten with the next attempt")
    mutating func answers() {
        var fact = anna.doubts("r")
        fact.actions = [ActionResult(Self.isolate, state: .pending)]
        story.allows(fact)
        #expect(story["r"]?.answers == fact.actions)
        #expect(story["r"]?.state == .uncertain && story["r"]?.isRepeatable == false)
        story.voids(anna.didNotFind("r"), because: .tooLate)
        story.allows(anna.parks("r"))
        story.allows(anna.decides("r", .sendAgain, of: story["r"]), ben.intends("r", attempt: 2))
        #expect(story["r"]?.answers == [])
    }

    @Test("A failure of the second attempt says nothing of a first one that may yet be carried out; a success is one")
    mutating func doubted() {
        story.allows(anna.doubts("r"), anna.parks("r"))
        story.allows(anna.decides("r", .sendAgain, of: story["r"]), ben.intends("r", attempt: 2))
        story.voids(answer(anna, .failed), because: .tooLate)
        story.voids(answer(ben, .failed, attempt: 2), because: .tooLate)
        var late = story
        late.allows(ben.doubts("r", attempt: 2))
        late.voids(answer(anna, .failed), because: .tooLate)
        late.allows(answer(anna, .succeeded))
        story.allows(answer(ben, .succeeded, attempt: 2))
        #expect(story["r"]?.end?.state == .succeeded)
    }
}
