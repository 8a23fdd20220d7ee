import FoundationEssentials
import JSON
import Model
import Testing

@testable import Riposte

/// Decisions that nobody can use, and the dead letters that they must become.
@Suite struct StrayDecisionTests {
    private let play: Play

    init() throws {
        play = try Play(
            json: Array(
                """
                {"requests": [], "expect": [], "quiet": [], "strayDecisions": [
                    {"what": "a decision on nothing", "requestId": "r-0", "decision": "APPROVE", "decidedBy": "ann"}]}
                """.utf8))
    }

    private func letter(_ change: (inout DeadLetter) -> Void = { _ in }) -> DeadLetter {
        var letter = DeadLetter()
        letter.origin.topic = "riposte.remediation.decisions"
        letter.reason = .unknownRequest
        letter.key = Data("r-0".utf8).base64EncodedString()
        change(&letter)
        return letter
    }

    private func story(_ letters: DeadLetter...) -> SandboxStory {
        var story = SandboxStory(play, NameBook())
        for letter in letters { _ = story.take(.deadLetter(letter), now: Sample.time) }
        return story
    }

    @Test("the decision is published as it stands in the play, with the time") func published() throws {
        let decision = try #require(play.strayDecisions?.first).decision(at: Sample.time)
        #expect(decision.requestId == "r-0" && decision.decision == .approve && decision.decidedBy == "ann")
        #expect(decision.decidedAt == Sample.time && decision.digest == nil)
    }

    @Test("without its dead letter the play is not over") func missing() {
        let score = story().score
        #expect(score.missing == ["a decision on nothing: nothing"])
        #expect(!score.isAsExpected(journal: []))
    }

    @Test("its dead letter is as expected, also when it is delivered twice") func expected() {
        let score = story(letter(), letter()).score
        #expect(score.isComplete && score.isAsExpected(journal: []))
    }

    @Test("any other dead letter is a problem")
    func other() {
        let others = [
            letter { $0.reason = .wrongSchema }, letter { $0.key = nil },
            letter { $0.origin.topic = "riposte.remediation.requests" },
        ]
        for other in others {
            let score = story(letter(), other).score
            #expect(score.problems.count == 1)
            #expect(!score.isAsExpected(journal: []))
        }
    }
}
