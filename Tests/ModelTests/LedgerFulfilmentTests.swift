import JSON
import Model
import Testing

/// Requests that another one has left nothing to do for, and commands that would cross each other.
@Suite struct LedgerFulfilmentTests {
    let anna = Writer("anna"), ben = Writer("ben")
    var story = LedgerStory()

    private func fulfilment(of id: String) throws -> String? {
        story.ledger.fulfilment(of: try #require(story[id]))
    }

    private mutating func sends(_ id: String, then state: RequestState?) {
        story.allows(anna.intends(id), anna.submitted(id, as: "rem-" + id))
        if let state { story.allows(anna.ends(id, as: state)) }
    }

    @Test("What another has done while a request waited is named; what it has not done, or not yet, is none")
    mutating func whileWaiting() throws {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.accepts("s", to: Ask.kill("p")), anna.holds("s"))
        #expect(try fulfilment(of: "s") == nil)
        sends("r", then: nil)
        #expect(try fulfilment(of: "s") == nil)
        story.allows(anna.ends("r", as: .succeeded))
        #expect(try fulfilment(of: "s") == "r" && fulfilment(of: "r") == nil)
        story.forgets("r")
        #expect(try fulfilment(of: "s") == nil)
    }

    @Test(
        "What was not done leaves it to do",
        arguments: [RequestState.failed, .aborted, .timedOut, .unknown, .partial])
    mutating func notDone(state: RequestState) throws {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.accepts("s", to: Ask.kill("p")))
        sends("r", then: state)
        #expect(try fulfilment(of: "s") == nil)
    }

    @Test("What was sent before a request came says nothing against it: it is wanted again")
    mutating func askedAgain() throws {
        story.allows(anna.accepts("r", to: Ask.kill("p")))
        story.allows(anna.intends("r"), anna.accepts("s", to: Ask.kill("p")))
        story.allows(anna.submitted("r", as: "x"), anna.ends("r", as: .succeeded))
        #expect(try fulfilment(of: "s") == nil)
    }

    @Test("Only what has nothing left to do is done: part of it leaves the rest")
    mutating func partly() throws {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.accepts("t", to: Ask.kill("q")))
        story.allows(anna.accepts("s", to: Ask.kill("p"), Ask.kill("q")))
        sends("r", then: nil)
        var end = anna.ends("r", as: .partial)
        end.actions = [ActionResult(Ask.kill("p"), state: .succeeded)]
        story.allows(end)
        #expect(try fulfilment(of: "s") == nil)
        sends("t", then: .succeeded)
        #expect(try fulfilment(of: "s") == "t")
    }

    private static func command(_ type: ActionType) -> ActionTarget {
        ActionTarget(machineId: "m", targetId: "m", actionType: type)
    }

    @Test("Isolation and its end keep off each other while one is on its way, but not for what nobody can tell of")
    mutating func opposites() throws {
        story.allows(anna.accepts("r", to: Self.command(.isolateMachine)))
        story.allows(anna.accepts("s", to: Self.command(.unisolateMachine)), anna.intends("r"))
        story.voids(ben.intends("s"), because: .alreadyOpen, inTheWay: "r")
        story.allows(anna.doubts("r"))
        story.voids(ben.intends("s"), because: .alreadyOpen, inTheWay: "r")
        story.allows(anna.parks("r"), ben.intends("s"))
    }

    @Test("A machine that was let back meanwhile is isolated again")
    mutating func undone() throws {
        story.allows(anna.accepts("r", to: Self.command(.isolateMachine)))
        story.allows(anna.accepts("again", to: Self.command(.isolateMachine)))
        story.allows(anna.accepts("back", to: Self.command(.unisolateMachine)))
        story.allows(anna.intends("r"), anna.doubts("r"), anna.ends("r", as: .succeeded))
        #expect(try fulfilment(of: "again") == "r")
        story.allows(anna.intends("back"), anna.doubts("back"), anna.ends("back", as: .succeeded))
        #expect(try fulfilment(of: "again") == nil)
    }
}
