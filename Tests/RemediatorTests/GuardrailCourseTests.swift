import JSON
import Model
import Pipeline
import Policy
import Testing

@testable import Cybereason
@testable import Remediator

@Suite("Before a request is sent, the policy is asked")
struct GuardrailCourseTests {
    private func story(_ change: (inout ResponsePolicy) -> Void) -> CourseStory {
        var story = CourseStory()
        change(&story.policy)
        return story
    }

    /// What the course wants to write, once whatever it has to ask is told.
    private func draft(_ story: CourseStory) throws -> FactDraft { try #require(story.draft()) }

    @Test("a protected machine is refused, and so is one whose name the console does not tell")
    func protectedMachine() throws {
        var story = story { policy in
            let match = MachineMatch(names: [NamePattern("FIN-*")])
            policy.groups = [MachineGroup(name: "finance", match: match, isProtected: true)]
        }
        let refused = try draft(story)
        #expect(refused.kind == .refused && refused.reason == .protectedMachine)
        #expect(refused.detail?.contains("FIN-WS-014") == true && refused.detail?.contains("finance") == true)
        story.machines[CourseStory.machine]?.name = ""
        #expect(try draft(story).reason == .protectedMachine)
        story.machines[CourseStory.machine]?.name = "WEB-1"
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("a group's mode observes it, whatever the installation allows, and says which group it was")
    func observedGroup() throws {
        var story = story { policy in
            policy.groups = [MachineGroup(name: "all", match: MachineMatch(), mode: .observe)]
        }
        let draft = try draft(story)
        #expect(draft.state == .observed && draft.reason == .observeMode)
        #expect(draft.detail?.contains("'all'") == true)
        story.policy.groups = []
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("what waits for approval says what is asked, goes on when approved, and ends denied in time")
    func approval() throws {
        var story = story { $0.mode = .approve }
        let held = try draft(story)
        #expect(held.kind == .held && held.reason == .approvalRequired)
        #expect(held.detail?.contains("KILL_PROCESS of t1 on m1") == true)
        story.write(held)
        #expect(story.draft() == nil, "it says so once")
        var late = story
        late.wait(.seconds(3600))
        let end = try draft(late)
        #expect(end.state == .denied && end.reason == .approvalExpired)
        story.approve(by: "bob")
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("approving does not let a halt, an absent machine or a full cap be passed")
    func approvedAndStill() throws {
        var story = story { policy in
            policy.mode = .approve
            policy.caps.rates = RateCaps(actionsPerHour: 5)
        }
        story.approve(by: "bob")
        story.control = .halted(by: "operator", reason: nil)
        #expect(try draft(story).reason == .halted)
        story.control = .clear
        story.see(.offline)
        #expect(try draft(story).reason == .machineOffline)
        story.see(.online)
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("who asked may not approve, and is told so; where the policy lets them, they may")
    func ownApproval() throws {
        var story = CourseStory(requester: "Alice")
        story.policy.mode = .approve
        story.approve(by: "alice")
        let held = try draft(story)
        #expect(held.reason == .approvalRequired)
        #expect(held.detail?.contains("the approval by alice does not count: they asked for it themselves") == true)
        var lenient = story
        lenient.policy.requesters = [RequesterRule(mayApproveOwn: true)]
        #expect(lenient.next() == .fire(attempt: 1))
        story.approve(by: "bob")
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("the same key cannot ask and approve under two names")
    func sameKey() throws {
        var story = CourseStory(requester: "alice", keyID: "k1")
        story.policy.mode = .approve
        story.policy.keys = [PolicyKey(id: "k1", algorithm: .ed25519, file: "k1.pem", mayDecide: true)]
        story.approve(by: "bob", keyID: "k1")
        #expect(try draft(story).detail?.contains("it has the key of the request") == true)
        story.approve(by: "carol", keyID: "k2")
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("where signatures are required, nothing goes by what was taken without one before")
    func unsigned() throws {
        var rules = ExecutionRules.testing
        rules.requiresSignatures = true
        #expect(try draft(CourseStory(rules)).reason == .signatureMissing)
        var story = CourseStory(rules, requester: "alice", keyID: "k1")
        story.policy.mode = .approve
        story.policy.keys = [PolicyKey(id: "k1", algorithm: .ed25519, file: "k1.pem")]
        story.approve(by: "bob")
        #expect(try draft(story).detail?.contains("the approval by bob does not count: it is not signed") == true)
        story.approve(by: "carol", keyID: "k2")
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("an approval that is older than the request does not count")
    func oldApproval() throws {
        var story = story { $0.mode = .approve }
        story.approve(by: "bob", at: CourseStory.start - .seconds(3600))
        #expect(try draft(story).detail?.contains("before the request came") == true)
    }

    @Test("a full cap holds, and lets go when there is room; what could never fit is refused")
    func caps() throws {
        var story = story { $0.caps.rates = RateCaps(actionsPerHour: 1) }
        story.spend(on: "m9")
        let held = try draft(story)
        #expect(held.kind == .held && held.reason == .hourCap)
        story.write(held)
        #expect(story.draft() == nil)
        story.wait(.seconds(60), refresh: false)
        #expect(story.asks == nil, "the machines need not be asked for all the while")
        story.wait(.seconds(3539))
        #expect(story.draft() == nil)
        story.policy.caps.rates = RateCaps(actionsPerHour: 2)
        #expect(story.next() == .fire(attempt: 1))
        story.policy.caps.rates = RateCaps(actionsPerHour: 0)
        let refused = try draft(story)
        #expect(refused.kind == .refused && refused.reason == .hourCap)
    }

    @Test("an intent over a cap is taken back by whoever owns the request, and sent when there is room")
    func overCap() throws {
        var story = story { $0.caps.rates = RateCaps(actionsPerHour: 1) }
        story.spend(on: "m9")
        story.intend()
        story.course.finish()
        #expect(story.request.excess != nil)
        story.crash()
        let taken = try draft(story)
        #expect(taken.kind == .notSent && taken.reason == .hourCap)
        story.write(taken)
        #expect(story.request.isWaiting)
    }

    @Test("an intent over a cap does not pass the gate, nor does one that another policy allowed")
    func gate() {
        var story = story { $0.caps.rates = RateCaps(actionsPerHour: 1) }
        let gate = FiringGate(
            attempt: 1, writer: story.writer, fireBy: story.now + .seconds(10), notAfter: nil, generation: 3)
        func isOpen(_ story: CourseStory, _ generation: Int) -> Bool {
            gate.isOpen(
                now: story.now, wall: story.wall, control: .clear, generation: generation, standing: story.request)
        }
        var free = story
        free.intend()
        #expect(isOpen(free, 3))
        #expect(!isOpen(free, 4))
        story.spend(on: "m9")
        story.intend()
        #expect(!isOpen(story, 3))
    }

    @Test("names are asked for before anything is sent, and without an answer nothing is")
    func names() throws {
        var story = story { $0.protectedTargets.names = [NamePattern("lsass.exe")] }
        #expect(story.next() == .name(story.request.request.targets))
        story.course.named(.failure(ConsoleError(.unavailable, "away")), at: story.now)
        story.wait(.seconds(6))
        #expect(story.next() == .name(story.request.request.targets))
        story.course.named(.failure(ConsoleError(.unavailable, "away")), at: story.now)
        let held = try draft(story)
        #expect(held.kind == .held && held.reason == .consoleUnavailable)
        story.course.named(.success([:]), at: story.now)
        #expect(try draft(story).reason == .protectedTarget)
        story.course.named(.success(["t1": "LSASS.EXE"]), at: story.now)
        #expect(try draft(story).reason == .protectedTarget)
        story.course.named(.success(["t1": "evil.exe"]), at: story.now)
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("an observed request is told what the policy would have made of it")
    func observing() throws {
        var rules = ExecutionRules.testing
        rules.mode = .observe
        var story = CourseStory(rules)
        story.policy.mode = .approve
        #expect(try draft(story).detail?.hasPrefix("would wait (approval-required)") == true)
        story.policy.mode = .enforce
        #expect(try draft(story).detail?.hasPrefix("would be sent") == true)
        story.policy.protectedTargets.ids = ["t1"]
        #expect(try draft(story).detail?.hasPrefix("would be refused (protected-target") == true)
    }

    @Test("a request may ask for less than it could have, never for more")
    func ownMode() throws {
        var modest = CourseStory(mode: .observe)
        #expect(try draft(modest).state == .observed && draft(modest).reason == .dryRun)
        modest = CourseStory(mode: .approve)
        #expect(try draft(modest).reason == .approvalRequired)
        var bold = CourseStory(mode: .enforce)
        bold.policy.mode = .approve
        #expect(try draft(bold).reason == .approvalRequired)
    }
}
