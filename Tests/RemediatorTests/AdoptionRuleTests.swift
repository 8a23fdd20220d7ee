import JSON
import Model
import Testing

@testable import Cybereason
@testable import Remediator

@Suite("Only what is certainly ours is adopted")
struct AdoptionRuleTests {
    static func story() -> CourseStory {
        var story = CourseStory()
        story.clockDifference = .seconds(20)
        story.intend()
        return story
    }

    static func isAdopted(_ report: RemediationReport, _ story: CourseStory, taken: Bool = false) -> Bool {
        let rule = AdoptionRule(
            story.request, user: "riposte@northwind.example",
            owner: { _ in taken ? story.request.request.targets : nil })
        return rule.candidates(in: [report]).first != nil
    }

    @Test("our user, our actions, an unknown id and a start after the intent")
    func fits() {
        let story = Self.story()
        #expect(Self.isAdopted(story.report(), story))
        #expect(Self.isAdopted(story.report(after: .seconds(-4)), story), "the clocks are read to a few seconds")
    }

    @Test("anything else is somebody else's")
    func doesNotFit() {
        let story = Self.story()
        let others = [
            story.report(user: "somebody@northwind.example"), story.report(after: .seconds(-6)),
            story.report(target: "t2"), story.report(action: "QUARANTINE_FILE"), story.report(machine: "m2"),
        ]
        for report in others { #expect(!Self.isAdopted(report, story), "\(report)") }
        #expect(!Self.isAdopted(story.report(), story, taken: true))
    }

    @Test("a start is compared in the console's time, as the attempt's writer knew it", arguments: [-3600, 6, 3600])
    func consoleTime(brokerAhead: Int) {
        var story = CourseStory()
        story.clockDifference = .seconds(20)
        story.brokerAhead = .seconds(brokerAhead)
        story.intend()
        let start = story.wall + .seconds(20)
        var report = story.report()
        report.start = start
        #expect(Self.isAdopted(report, story), "the broker's clock and that of whoever looks later do not matter")
        report.start = start - .seconds(6)
        #expect(!Self.isAdopted(report, story))
    }

    @Test("without the console's time nothing is certainly ours")
    func noConsoleTime() {
        var story = CourseStory()
        story.clockDifference = nil
        story.intend()
        story.clockDifference = .zero
        #expect(!Self.isAdopted(story.report(), story))
    }

    @Test("a log that is empty, or names more or less than we asked for, proves nothing")
    func logs() {
        let story = Self.story()
        var report = story.report()
        let line = report.statusLog[0]
        report.statusLog = []
        #expect(!Self.isAdopted(report, story))
        var more = line
        more.targetID = "t2"
        report.statusLog = [line, more]
        #expect(!Self.isAdopted(report, story))
        report.statusLog = [line, line]
        #expect(Self.isAdopted(report, story))
        report.start = nil
        #expect(!Self.isAdopted(report, story))
    }

    @Test("a line without a target counts where it can mean only one of our actions")
    func noTarget() {
        let story = Self.story()
        #expect(Self.isAdopted(story.report(target: nil), story))
        var two = RemediationRequest()
        two.actionsByMachine = [
            "m1": [
                RemediationAction(targetId: "t1", actionType: .killProcess),
                RemediationAction(targetId: "t2", actionType: .killProcess),
            ]
        ]
        let rule = AdoptionRule(
            story.asking(two), user: "riposte@northwind.example", owner: { _ in nil })
        #expect(rule.candidates(in: [story.report(target: nil)]).isEmpty)
        let both = story.report().with(story.report(target: "t2").statusLog)
        #expect(rule.candidates(in: [both]).count == 1)
    }

    @Test("ids are the same in either spelling")
    func spellings() {
        var story = CourseStory(target: "214.4712067068585916413")
        story.intend()
        let report = story.report(target: "AAAA1kFkoAiE4Tf9")
        #expect(Self.isAdopted(report, story))
        let rule = AdoptionRule(story.request, user: "riposte@northwind.example", owner: { _ in nil })
        #expect(!rule.isAbsent(in: [report]))
    }

    @Test("several that fit are told, the earliest first")
    func several() {
        let story = Self.story()
        let rule = AdoptionRule(
            story.request, user: "riposte@northwind.example", owner: { _ in nil })
        let late = story.report("late", after: .seconds(9))
        let early = story.report("early", after: .seconds(2))
        #expect(rule.candidates(in: [late, early]).map(\.remediationID) == ["early", "late"])
    }
}

extension CourseStory {
    /// The story's attempt, had it been about this request.
    fileprivate func asking(_ request: RemediationRequest) -> LedgerRequest {
        var other = CourseStory()
        other.ledger = Ledger()
        other.accept(Self.id, request, Self.start + .seconds(3600))
        other.intend()
        return other.request
    }
}

extension RemediationReport {
    fileprivate func with(_ more: [StatusLogEntry]) -> RemediationReport {
        var copy = self
        copy.statusLog += more
        return copy
    }
}
