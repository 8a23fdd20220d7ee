import JSON
import Model
import Pipeline
import Testing

@testable import Cybereason
@testable import Remediator

@Suite("What may be at the console is not sent again, and its fate is found out")
struct FateCourseTests {
    static let lost = RemediationOutcome.mayHaveRun(UncertainReason(.cut, "cut"))

    @Test("an accepted attempt is submitted under the console's id, and then left to others")
    func submitted() {
        var story = CourseStory()
        story.fire(.submitted(RemediationReport(remediationID: "rem-1", start: story.wall)))
        #expect(story.request.phase == .submitted && story.request.remediationId == "rem-1")
        #expect(story.next() == .rest())
    }

    @Test("a refusal ends the request with the console's words")
    func refused() {
        var story = CourseStory()
        story.fire(.refused(Refusal(status: 400, words: "Bad Request: no")))
        #expect(story.request.end?.reason == .refusedByConsole)
        #expect(story.request.end?.detail == "HTTP 400: Bad Request: no")
    }

    @Test("a lost answer is uncertain, and nothing is asked before the window has passed")
    func window() {
        var story = CourseStory()
        story.fire(Self.lost)
        #expect(story.request.phase == .uncertain && story.request.reason == .answerLost)
        let end = story.now + story.rules.inFlightWindow
        #expect(story.next() == .rest(until: end))
        story.wait(story.rules.inFlightWindow)
        #expect(story.next() == .look(malop: "11.27"))
    }

    @Test("what the list shows to be ours is adopted")
    func adopted() {
        var story = CourseStory()
        story.fire(Self.lost)
        story.wait(story.rules.inFlightWindow)
        story.list([story.report("rem-9")])
        #expect(story.writeNext()?.kind == .adopted)
        #expect(story.request.phase == .submitted && story.request.remediationId == "rem-9")
    }

    @Test("a console that is away is waited for, never taken for an answer")
    func consoleAway() {
        var story = CourseStory()
        story.fire(Self.lost)
        story.wait(story.rules.inFlightWindow)
        for _ in 0..<20 {
            story.failToList(ConsoleError(.unavailable, "no"))
            story.wait(.seconds(61))
            #expect(story.next() == .look(malop: "11.27"))
        }
        for kind in [ConsoleError.Kind.timeout, .throttled, .badCredentials, .sessionInvalid, .cancelled] {
            story.failToList(ConsoleError(kind, "no"))
            story.wait(.seconds(61))
            #expect(story.next() == .look(malop: "11.27"), "\(kind)")
        }
    }

    @Test("a list that the console does not have counts as one without it")
    func noList() {
        var story = CourseStory()
        story.fire(Self.lost)
        story.wait(story.rules.inFlightWindow)
        for _ in 0..<2 {
            story.failToList(ConsoleError(.notFound, "no such malop", status: 404))
            story.wait(story.rules.lookGap)
        }
        let draft = story.writeNext()
        #expect(draft?.kind == .parked && draft?.detail?.contains("no such malop") == true)
    }

    @Test(
        "an intent without an outcome, seen after a crash, is uncertain only when the window has passed for the reader")
    func interrupted() {
        var story = CourseStory()
        story.intend()
        story.wait(.seconds(100))
        story.crash()
        #expect(story.next() == .rest(until: story.now + story.rules.inFlightWindow))
        story.wait(story.rules.inFlightWindow)
        let draft = story.writeNext()
        #expect(draft?.kind == .uncertain && draft?.reason == .interrupted && draft?.attempt == 1)
    }

    @Test("an intent of this process is left alone while its attempt is on its way")
    func underWay() {
        var story = CourseStory()
        story.intend()
        story.wait(.seconds(1000))
        #expect(story.next() == .rest())
    }

    @Test("an intent of this process that it never followed up was not sent")
    func neverFollowed() {
        var story = CourseStory()
        story.intend()
        story.course.finish()
        #expect(story.writeNext()?.kind == .notSent)
        #expect(story.next() == .fire(attempt: 2))
    }

    @Test("an attempt that this process has handed over is never handed over again")
    func onlyOnce() {
        var story = CourseStory()
        let answers = [1, 1, 2, 1].map { story.course.mayHandOver(attempt: $0) }
        #expect(answers == [true, false, true, false])
    }

    @Test("after a day without a decision a parked request ends as unknown")
    func dayAfter() {
        var story = CourseStory(malop: nil, action: .unsuspendProcess)
        story.loseAnswer()
        story.writeNext()
        #expect(story.next() == .rest(until: story.now + story.rules.parkedLimit))
        story.crash()
        story.wait(story.rules.parkedLimit)
        story.writeNext()
        #expect(story.request.end?.state == .unknown && story.request.end?.reason == .cannotTell)
    }

    @Test("an adoption that another request has anticipated is no adoption")
    func taken() {
        var story = CourseStory()
        story.fire(Self.lost)
        story.wait(story.rules.inFlightWindow)
        story.list([story.report()])
        guard let draft = story.draft() else { return #expect(Bool(false)) }
        story.course.rejected(draft, at: story.now)
        story.wait(story.rules.lookGap)
        #expect(story.next() == .look(malop: "11.27"))
    }
}
