import JSON
import Model
import Pipeline
import Policy
import Testing

@testable import Cybereason
@testable import Remediator

@Suite("What another request has done meanwhile is not done a second time")
struct FulfilledCourseTests {
    /// Another request for the same, which is sent now and succeeds.
    private static func doneByOther(_ story: inout CourseStory) {
        story.accept("other", story.request.request, story.wall + .seconds(3600))
        var end = LedgerFact(.ended, of: "other", writer: "x", at: story.wall)
        end.state = .succeeded
        var submitted = LedgerFact(.submitted, of: "other", attempt: 1, writer: "x", at: story.wall)
        submitted.remediationId = "rem-9"
        let intent = LedgerFact(.intent, of: "other", attempt: 1, writer: "x", at: story.wall)
        for fact in [intent, submitted, end] {
            #expect(story.ledger.apply(fact, logTime: story.wall) == .allowed)
        }
    }

    @Test("two that both waited for an approval: when one has succeeded the other is refused, approved or not")
    func both() throws {
        var story = CourseStory(requester: "alice")
        story.policy.mode = .approve
        story.writeNext()
        story.wait(.seconds(60))
        Self.doneByOther(&story)
        var approved = story
        approved.approve(by: "bob")
        for story in [story, approved] {
            let draft = try #require(story.draft())
            #expect(draft.kind == .refused && draft.reason == .alreadyDone)
            #expect(draft.detail?.hasPrefix("request other has done the same") == true)
        }
    }

    @Test("so is one that waited for its machine; one that is asked for afterwards is sent")
    func offline() throws {
        var story = CourseStory()
        story.see(.offline)
        story.writeNext()
        Self.doneByOther(&story)
        story.see(.online)
        #expect(story.writeNext()?.reason == .alreadyDone)
        #expect(story.request.end?.state == .refused)

        var later = CourseStory()
        Self.doneByOther(&later)
        later.ledger.forget(CourseStory.id, key: later.request.opener)
        var asked = RemediationRequest()
        asked.actionsByMachine = later.ledger.requests["other"]?.request.actionsByMachine ?? [:]
        later.wait(.seconds(1))
        later.accept(CourseStory.id, asked, later.wall + .seconds(3600))
        #expect(later.next() == .fire(attempt: 1))
    }

    @Test("an observed request is told")
    func observed() {
        var rules = ExecutionRules.testing
        rules.mode = .observe
        var story = CourseStory(rules)
        Self.doneByOther(&story)
        #expect(story.draft()?.detail?.hasPrefix("would be refused (already-done: request other)") == true)
    }
}
