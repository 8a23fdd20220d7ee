import Cybereason
import JSON
import Model
import Pipeline
import Policy
import Testing

@testable import Remediator

@Suite("What the console certainly does not have is sent once more, if that can do no harm")
struct SecondAttemptCourseTests {
    /// A story whose console has shown twice, with a pause between, that the attempt is not there.
    private static func notThere(_ action: ActionType = .killProcess) -> CourseStory {
        var story = CourseStory(action: action)
        story.loseAnswer()
        story.lookTwice()
        return story
    }

    @Test("not in the list twice, with a pause between: sent again, after every check")
    func sentAgain() {
        var story = CourseStory()
        story.loseAnswer()
        story.list([])
        #expect(story.next() == .rest(until: story.now + story.rules.lookGap))
        story.wait(story.rules.lookGap)
        #expect(story.next() == .look(malop: "11.27"))
        story.list([])
        let draft = story.writeNext()
        #expect(draft?.kind == .notSent && draft?.reason == .notThere && draft?.attempt == 1)
        #expect(story.next() == .fire(attempt: 2))
        story.control = .halted(by: "ann", reason: nil)
        #expect(story.writeNext()?.reason == .halted)
    }

    @Test(
        "an action that does more the second time is parked",
        arguments: [ActionType.unquarantineFile, .deleteRegistryKey])
    func parked(action: ActionType) {
        var story = Self.notThere(action)
        let draft = story.writeNext()
        #expect(draft?.kind == .parked && draft?.reason == .cannotTell && draft?.attempt == 1)
        #expect(draft?.detail?.contains("none can be it") == true)
    }

    @Test("the second lost answer is not followed by a third attempt")
    func onlyOnce() {
        var story = Self.notThere()
        story.writeNext()
        story.loseAnswer(attempt: 2)
        #expect(story.next() == .look(malop: "11.27"), "what was seen of the first attempt does not count")
        story.lookTwice()
        let draft = story.writeNext()
        #expect(draft?.kind == .parked && draft?.attempt == 2)
    }

    @Test("what might be it keeps it from being sent again", arguments: 0..<7)
    func mightBe(which: Int) {
        var story = CourseStory()
        story.loseAnswer()
        var report = story.report()
        switch which {
        case 0: report.statusLog = []
        case 1: report.initiatingUser = "somebody@northwind.example"
        case 2: report.start = nil
        case 3: report.statusLog[0].machineID = nil
        // The clocks were set, or the console's parts have one each.
        case 4: report = story.report(after: .seconds(-60))
        case 5: report.statusLog += story.report(action: "COLLECT_SAMPLE").statusLog
        default: report.initiatingUser = nil
        }
        story.lookTwice([report])
        if which == 3 { #expect(story.course.search?.found == nil) }
        #expect(story.writeNext()?.kind == .parked, "\(report)")
    }

    @Test("what certainly is something else does not", arguments: 0..<3)
    func isAnother(which: Int) {
        var story = CourseStory()
        story.loseAnswer()
        let others = [
            story.report(after: .seconds(-601)), story.report(target: "t2"), story.report(action: "QUARANTINE_FILE"),
        ]
        story.lookTwice([others[which]])
        #expect(story.writeNext()?.kind == .notSent)
    }

    @Test("of two that fit alike neither is adopted, and nothing is sent again")
    func two() {
        var story = CourseStory()
        story.loseAnswer()
        story.lookTwice([story.report("rem-1"), story.report("rem-2", after: .seconds(2))])
        let draft = story.writeNext()
        #expect(draft?.kind == .parked && draft?.detail?.contains("fit alike: rem-1, rem-2") == true)
    }

    @Test("what another request was given by mistake, although it did what this one asked, is no proof of absence")
    func givenToAnother() {
        var story = CourseStory()
        story.loseAnswer()
        let other = ActionTarget(machineId: "m1", targetId: "t2", actionType: .killProcess)
        let rule = AdoptionRule(story.request, user: "riposte@northwind.example", owner: { _ in [other] })
        #expect(!rule.isAbsent(in: [story.report()]))
        #expect(rule.isAbsent(in: [story.report(target: "t2")]))
        let targets = story.request.request.targets
        let own = AdoptionRule(story.request, user: "riposte@northwind.example", owner: { _ in targets })
        #expect(own.isAbsent(in: [story.report()]), "it is an earlier request's for the same")
    }

    @Test("what is to be sent again and cannot be does not end as if it never was sent", arguments: 0..<4)
    func doubtedEnds(which: Int) {
        var story = Self.notThere()
        story.writeNext()
        switch which {
        case 0: story.wait(.seconds(4000))
        case 1: story.rules.allowedActions = []
        case 2: story.rules.mode = .observe
        default: story.see(.unknown)
        }
        story.course = RequestCourse(rules: story.rules)
        let draft = story.writeNext()
        #expect(draft?.kind == .parked, "\(String(describing: draft))")
        #expect(story.request.phase == .parked && story.request.isFiring)
    }

    @Test("nor does the console's refusal of the second attempt")
    func secondRefused() {
        var story = Self.notThere()
        story.writeNext()
        story.intend(2)
        _ = story.course.mayHandOver(attempt: 2)
        story.write(
            story.course.outcome(
                .refused(Refusal(status: 400, words: "no")), of: 2, isDoubted: story.request.isDoubted, at: story.now))
        #expect(story.request.phase == .parked && story.request.detail?.contains("HTTP 400: no") == true)
    }

    @Test("one look that could not rule it out begins the count anew")
    func interruptedCount() {
        var story = CourseStory()
        story.loseAnswer()
        var report = story.report()
        report.statusLog = []
        story.list([report])
        story.wait(story.rules.lookGap)
        story.list([])
        #expect(story.writeNext()?.kind == .parked)
    }

    @Test("a parked request is still looked for, ever more seldom, and adopted when it comes to light")
    func foundLate() {
        var story = Self.notThere(.deleteRegistryKey)
        story.writeNext()
        #expect(story.request.phase == .parked)
        var pauses: [Duration] = []
        for _ in 0..<8 {
            guard case .rest(let until?) = story.next() else { break }
            pauses.append(until - story.now)
            story.wait(until - story.now)
            #expect(story.next() == .look(malop: "11.27"))
            story.list([])
        }
        #expect(pauses == pauses.sorted() && pauses.count == 8 && pauses.last == .seconds(600))
        story.list([story.report("rem-9", action: "DELETE_REGISTRY_KEY")])
        #expect(story.writeNext()?.kind == .adopted)
        #expect(story.request.remediationId == "rem-9")
    }

    @Test("an own attempt that was doubted by another although it was never handed over was not sent")
    func neverHandedOver() {
        var story = CourseStory()
        story.intend()
        story.course.finish()
        story.write(FactDraft(.uncertain, attempt: 1, .interrupted, "doubted"))
        let draft = story.writeNext()
        #expect(draft?.kind == .notSent && draft?.reason == .interrupted)
    }

    @Test("a console that does not say for an hour leaves it to a person")
    func silentConsole() {
        var story = CourseStory()
        story.loseAnswer()
        story.failToList(ConsoleError(.unavailable, "502 from a gateway"))
        story.wait(.seconds(70))
        #expect(story.next() == .look(malop: "11.27"))
        story.failToList(ConsoleError(.unavailable, "502 from a gateway"))
        story.wait(story.rules.fateLimit)
        let draft = story.writeNext()
        #expect(draft?.kind == .parked && draft?.detail?.contains("502 from a gateway") == true)
    }
}

@Suite("Without a malop the targets themselves tell")
struct EffectCourseTests {
    static let target = ActionTarget(machineId: CourseStory.machine, targetId: "t1", actionType: .killProcess)

    @Test("after the window the targets are looked at, and what is as it was asked for has ended")
    func seen() {
        var story = CourseStory(malop: nil)
        story.fire(FateCourseTests.lost)
        guard case .rest(.some) = story.next() else { return #expect(Bool(false), "not before the window") }
        story.wait(story.rules.inFlightWindow)
        #expect(story.next() == .see([Self.target]))
        story.show([Self.target])
        story.writeNext()
        #expect(story.request.end?.state == .succeeded && story.request.end?.reason == .seenByEffect)
    }

    @Test("no effect twice proves nothing: parked, never sent again, and ended when the effect is seen later")
    func notSeen() {
        var story = CourseStory(malop: nil)
        story.loseAnswer()
        story.show([])
        #expect(story.next() == .rest(until: story.now + story.rules.lookGap))
        story.wait(story.rules.lookGap)
        story.show([])
        #expect(story.writeNext()?.kind == .parked)
        story.wait(.seconds(600))
        #expect(story.next() == .see([Self.target]))
        story.show([Self.target])
        story.writeNext()
        #expect(story.request.end?.reason == .seenByEffect)
    }

    @Test("an action whose effect nothing shows is parked at once")
    func noEffect() {
        var story = CourseStory(malop: nil, action: .unsuspendProcess)
        story.loseAnswer()
        #expect(story.writeNext()?.kind == .parked)
    }
}

extension CourseStory {
    /// The console lists these, twice.
    fileprivate mutating func lookTwice(_ reports: [RemediationReport] = []) {
        list(reports)
        wait(rules.lookGap)
        list(reports)
    }
}
