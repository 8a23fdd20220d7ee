import JSON
import Model
import Pipeline
import Policy
import Testing

@testable import Remediator

@Suite("Observing makes every check and sends nothing")
struct ObservingCourseTests {
    static let observing: ExecutionRules = {
        var rules = ExecutionRules()
        rules.mode = .observe
        return rules
    }()

    @Test("the default mode is to observe, and every action is allowed that can be sent")
    func defaults() {
        #expect(ExecutionRules().mode == .observe)
        #expect(ExecutionRules().allowedActions == Set(ActionType.supported))
    }

    @Test("the end says what would have been sent, and whose wish it was to observe")
    func wouldBeSent() throws {
        for (story, reason) in [
            (CourseStory(Self.observing), Reason.observeMode), (CourseStory(dryRun: true), .dryRun),
            (CourseStory(Self.observing, dryRun: true), .observeMode),
        ] {
            var story = story
            let written = story.writeNext()
            let draft = try #require(written)
            #expect(draft.state == .observed && draft.reason == reason)
            #expect(draft.detail == "would be sent: KILL_PROCESS of t1 on FIN-WS-014 (m1)")
            #expect(story.request.end?.state == .observed)
        }
    }

    @Test("dryRun false does not send where the mode is to observe")
    func modeBinds() throws {
        #expect(CourseStory(Self.observing, dryRun: false).draft()?.state == .observed)
    }

    @Test("each check says what it would have done")
    func findings() throws {
        let cases: [(String, (inout CourseStory) -> Void)] = [
            ("would wait (halted: halted by alice)", { $0.control = .halted(by: "alice", reason: nil) }),
            ("would wait (control-unknown", { $0.control = .unknown }),
            ("would wait (clock-off", { $0.clockDifference = .seconds(60) }),
            ("would be refused (machine-unknown", { $0.see(.unknown) }),
            ("would wait (machine-offline", { $0.see(.offline) }),
        ]
        for (words, happen) in cases {
            var story = CourseStory(Self.observing)
            happen(&story)
            let draft = try #require(story.draft())
            #expect(draft.state == .observed && draft.detail?.hasPrefix(words) == true, "\(draft)")
        }
    }

    @Test("the console's answer is waited for, and its absence shown")
    func consoleAway() {
        var story = CourseStory(Self.observing)
        story.machines = [:]
        #expect(story.asks == ["m1"])
        story.machines["m1"] = MachineReading(
            wantedSince: story.now, failures: 1, failure: "no", retryAt: story.now + .seconds(14))
        story.wait(story.rules.patience)
        #expect(story.writeNext()?.reason == .consoleUnavailable)
        #expect(story.next() == .rest(until: story.now + .seconds(9)))
    }

    @Test("a request past its time is expired, not observed")
    func expired() {
        var story = CourseStory(Self.observing, notAfter: CourseStory.start + .seconds(1))
        story.wait(.seconds(1))
        #expect(story.draft()?.state == .expired)
    }
}
