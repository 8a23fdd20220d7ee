import JSON
import Model
import Testing

/// A second attempt after one of unknown fate: once, only of what does no harm twice, and never against a late answer.
@Suite struct LedgerSecondAttemptTests {
    let anna = Writer("anna"), ben = Writer("ben")
    var story = LedgerStory()

    init() {
        story.allows(anna.accepts("r", to: Ask.kill("p")), anna.intends("r"))
    }

    @Test("What the console's list does not show is sent once more, whoever looked")
    mutating func notThere() {
        story.voids(ben.didNotFind("r"), because: .tooLate)
        story.allows(ben.doubts("r"), ben.didNotFind("r"), anna.intends("r", attempt: 2))
        #expect(story["r"]?.attempt == 2)
    }

    @Test("It is trusted once that an attempt is not there")
    mutating func onlyOnce() {
        story.allows(ben.doubts("r"), ben.didNotFind("r"), anna.intends("r", attempt: 2))
        story.allows(ben.doubts("r", attempt: 2))
        story.voids(ben.didNotFind("r", attempt: 2), because: .tooLate)
        story.allows(ben.parks("r", attempt: 2))
    }

    @Test(
        "Not for an action that does more the second time",
        arguments: [ActionType.unquarantineFile, .deleteRegistryKey])
    mutating func onlyRepeatable(action: ActionType) {
        let target = ActionTarget(machineId: "m", targetId: "k", actionType: action)
        story.allows(anna.accepts("s", to: Ask.kill("q"), target), anna.intends("s"), ben.doubts("s"))
        story.voids(ben.didNotFind("s"), because: .tooLate)
    }

    @Test("Meanwhile others keep off its targets, and the answer to the first attempt still counts")
    mutating func lateAnswer() {
        story.allows(anna.accepts("s", to: Ask.kill("p")), ben.doubts("r"), ben.didNotFind("r"))
        story.voids(ben.intends("s"), because: .alreadyOpen, inTheWay: "r")
        story.allows(ben.holds("r", because: .halted))
        story.voids(ben.intends("s"), because: .alreadyOpen, inTheWay: "r")
        story.allows(anna.submitted("r", as: "x"))
        story.voids(ben.intends("r", attempt: 2), because: .tooLate)
        #expect(story["r"]?.remediationId == "x")
    }

    @Test("The answer to the first attempt keeps the second from its gate")
    mutating func answerBeforeTheGate() {
        story.allows(ben.doubts("r"), ben.didNotFind("r"), ben.intends("r", attempt: 2), anna.submitted("r", as: "x"))
        #expect(story["r"]?.phase == .submitted)
    }

    @Test(
        "It cannot end as if nothing had been sent; a person is asked",
        arguments: [RequestState.expired, .observed, .denied, .refused])
    mutating func cannotEndUnsent(state: RequestState) {
        story.allows(ben.doubts("r"), ben.didNotFind("r"))
        story.voids(ben.ends("r", as: state), because: .tooLate)
        story.voids(ben.refuses("r"), because: .tooLate)
        story.allows(ben.intends("r", attempt: 2))
        story.voids(ben.refuses("r", attempt: 2, because: .refusedByConsole), because: .tooLate)
        story.allows(ben.didNotSend("r", attempt: 2), anna.parks("r", attempt: 2))
        #expect(story["r"]?.isFiring == true)
    }

    @Test("The console's refusal counts also after the doubt, for its writer alone")
    mutating func lateRefusal() {
        story.allows(ben.doubts("r"))
        story.voids(ben.refuses("r", attempt: 1, because: .refusedByConsole), because: .tooLate)
        story.allows(anna.refuses("r", attempt: 1, because: .refusedByConsole))
        #expect(story["r"]?.end?.state == .refused)
    }

    @Test("One element in two spellings is one target")
    mutating func spellings() {
        let decimal = Ask.kill("214.4712067068585916413"), letters = Ask.kill("AAAA1kFkoAiE4Tf9")
        story.allows(anna.accepts("s", to: decimal), anna.accepts("t", to: letters), anna.intends("s"))
        story.voids(ben.intends("t"), because: .alreadyOpen, inTheWay: "s")
        #expect(Ask.request([decimal, letters]).targets.count == 1)
    }
}
