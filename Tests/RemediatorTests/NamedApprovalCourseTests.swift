import JSON
import Model
import Pipeline
import Policy
import Testing

@testable import Cybereason
@testable import Remediator

@Suite("Whoever is to approve something is told what it is called")
struct NamedApprovalCourseTests {
    /// A request that waits for an approval, of whose target nobody has asked yet.
    private static func story(_ action: ActionType = .quarantineFile) -> CourseStory {
        let target = action.isIsolation ? CourseStory.machine : "t1"
        var story = CourseStory(action: action, target: target, requester: "alice")
        story.course = RequestCourse(rules: story.rules)
        story.policy.mode = .approve
        return story
    }

    private static let away = Result<[String: TargetFacts], ConsoleError>.failure(ConsoleError(.unavailable, "away"))

    private static func isIdentify(_ step: RequestCourse.Step) -> Bool {
        if case .identify = step { true } else { false }
    }

    @Test("the console is asked before it is held, and name, path and machine stand in the ledger from then on")
    func named() throws {
        var story = Self.story()
        #expect(story.next() == .identify(story.request.request.targets))
        let facts = TargetFacts(name: "Remittance.xlsm", machineID: CourseStory.machine, path: #"C:\Remittance.xlsm"#)
        story.course.identified(.success(["t1": facts]), at: story.now)
        let written = story.writeNext()
        let held = try #require(written)
        #expect(held.kind == .held && held.reason == .approvalRequired)
        let named = try #require(story.request.names[story.request.request.targets[0]])
        #expect(named.targetName == "Remittance.xlsm" && named.targetPath == #"C:\Remittance.xlsm"#)
        #expect(named.machineName == "FIN-WS-014" && story.request.mode == .approve)
        story.crash()
        story.wait(.seconds(60))
        #expect(story.next() == .rest(until: story.now + .seconds(3540)), "what is known is not asked for again")
    }

    @Test("a console that does not tell does not keep it from being held, and is asked a few times more")
    func unknown() throws {
        var story = Self.story()
        story.course.identified(.success([:]), at: story.now)
        #expect(story.writeNext()?.actions?.map(\.targetName) == [nil])
        #expect(story.next() == .rest(until: story.now + story.rules.machineRecheck))
        story.wait(story.rules.machineRecheck)
        #expect(Self.isIdentify(story.next()))
        story.course.identified(.success(["t1": TargetFacts(name: "evil.exe")]), at: story.now)
        #expect(story.writeNext()?.actions?.map(\.targetName) == ["evil.exe"], "it is told as soon as it is known")
        #expect(story.draft() == nil && !Self.isIdentify(story.next()))
    }

    @Test("a console that fails holds it up for a moment, and is not asked for ever")
    func away() throws {
        var story = Self.story()
        story.course.identified(Self.away, at: story.now)
        guard case .rest(.some) = story.next() else { return #expect(Bool(false), "\(story.next())") }
        story.wait(story.rules.patience)
        #expect(Self.isIdentify(story.next()))
        story.course.identified(Self.away, at: story.now)
        #expect(story.writeNext()?.reason == .approvalRequired)
        for _ in 0..<4 {
            story.wait(.seconds(30))
            #expect(Self.isIdentify(story.next()))
            story.course.identified(Self.away, at: story.now)
        }
        story.wait(.seconds(30))
        #expect(!Self.isIdentify(story.next()) && story.draft() == nil)
    }

    @Test("an approval that comes before the name is not kept waiting for it")
    func approvedFirst() {
        var story = Self.story()
        story.approve(by: "bob")
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("a name of whichever length does not make the fact too large; who asked in vain is told with their objection")
    func long() throws {
        var story = Self.story()
        let facts = TargetFacts(name: String(repeating: "x", count: 5000))
        story.course.identified(.success(["t1": facts]), at: story.now)
        story.approve(by: "alice")
        let written = story.writeNext()
        let held = try #require(written)
        #expect(held.actions?.first?.targetName?.count == 257)
        #expect(held.objections == [ApprovalObjection(by: "alice", why: "they asked for it themselves")])
        #expect(story.request.objections == held.objections)
        story.approve(by: "alice", keyID: "k9", at: story.wall + .seconds(1))
        #expect(story.writeNext()?.objections?.count == 2)
    }

    @Test("a machine is named by itself, a registry entry has no name, and neither is asked for")
    func nameless() throws {
        for action in [ActionType.isolateMachine, .deleteRegistryKey] {
            var story = Self.story(action)
            if action.isIsolation { story.machines[CourseStory.machine]?.pylumID = "P1" }
            let written = story.writeNext()
            let held = try #require(written, "\(action)")
            #expect(held.reason == .approvalRequired && held.actions?.map(\.machineName) == ["FIN-WS-014"])
        }
    }

    @Test("a target that turns out to be elsewhere is refused before a person is asked")
    func elsewhere() throws {
        var story = Self.story()
        story.course.identified(.success(["t1": TargetFacts(name: "x", machineID: "m2")]), at: story.now)
        #expect(story.draft()?.reason == .targetElsewhere)
    }
}
