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
        let target = TargetFacts(name: "evil.exe", machineID: CourseStory.machine)
        story.course.identified(.success(["t1": target]), at: story.now)
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
        let unknown = try draft(story)
        #expect(unknown.kind == .held && unknown.reason == .protectedMachine, "the console may tell it yet")
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
        var story = CourseStory(requester: "alice")
        story.policy.mode = .approve
        let held = try draft(story)
        #expect(held.kind == .held && held.reason == .approvalRequired)
        #expect(held.detail?.hasPrefix("a person has to approve it: the policy's mode is approve") == true)
        #expect(held.mode == .approve && held.actions?.map(\.machineName) == ["FIN-WS-014"])
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
        var story = CourseStory(requester: "alice")
        story.policy.mode = .approve
        story.policy.caps.rates = RateCaps(actionsPerHour: 1)
        story.approve(by: "bob")
        story.control = .halted(by: "operator", reason: nil)
        #expect(try draft(story).reason == .halted)
        story.control = .clear
        story.see(.offline)
        #expect(try draft(story).reason == .machineOffline)
        story.see(.online)
        var full = story
        full.spend(on: "m9")
        #expect(try draft(full).reason == .hourCap)
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
        #expect(try draft(story).detail?.contains("the policy does not know its key 'k2'") == true)
        story.policy.keys.append(PolicyKey(id: "k2", algorithm: .ed25519, file: "k2.pem", mayRequest: true))
        #expect(try draft(story).detail?.contains("key 'k2' is not for decisions") == true)
        story.policy.keys[1].mayDecide = true
        story.policy.keys[1].actions = [.quarantineFile]
        #expect(try draft(story).detail?.contains("key 'k2'") == true, "its limits bind what it approves")
        story.policy.keys[1].actions = nil
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
        story.policy.keys.append(PolicyKey(id: "k2", algorithm: .ed25519, file: "k2.pem", mayDecide: true))
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("who asks and does not say so cannot be told from who approves: it does not count, unless the policy lets it")
    func nameless() throws {
        var story = story { $0.mode = .approve }
        story.approve(by: "bob")
        #expect(try draft(story).detail?.contains("does not say who asks") == true)
        story.policy.requesters = [RequesterRule(mayApproveOwn: true)]
        #expect(story.next() == .fire(attempt: 1))
    }

    @Test("nobody approved it, or nobody whose approval counts: the end says which")
    func unapproved() throws {
        var story = CourseStory(requester: "alice")
        story.policy.mode = .approve
        story.writeNext()
        var ignored = story
        ignored.approve(by: "alice")
        ignored.writeNext()
        for (story, words) in [
            (story, "nobody approved it by"), (ignored, "nobody whose approval counts approved it by"),
        ] {
            var story = story
            story.wait(.seconds(3600))
            let end = try draft(story)
            #expect(end.state == .denied && end.detail?.hasPrefix(words) == true)
        }
    }

    @Test("during a halt what waits for a person goes on showing that, so that they can decide meanwhile")
    func haltedApproval() throws {
        var story = CourseStory(requester: "alice")
        story.policy.mode = .approve
        story.writeNext()
        story.control = .halted(by: "operator", reason: nil)
        #expect(story.draft() == nil)
        story.approve(by: "bob")
        #expect(try draft(story).reason == .halted)
    }

    @Test("an approval that is older than the request does not count")
    func oldApproval() throws {
        var story = CourseStory(requester: "alice")
        story.policy.mode = .approve
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
        #expect(refused.kind == .refused && refused.detail?.hasPrefix("it can never fit") == true)
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
        let held = try draft(story)
        #expect(held.kind == .held && held.reason == .hourCap)
        story.write(held)
        story.policy.caps.rates = RateCaps(actionsPerHour: 2)
        #expect(story.next() == .fire(attempt: 2))
    }

    @Test("who reckons the log's clock wrong does not write intent after intent")
    func skewed() throws {
        var story = story { $0.caps.rates = RateCaps(actionsPerHour: 1) }
        story.spend(on: "m9")
        story.intend()
        story.course.finish()
        story.course.foundNoRoom(try #require(story.request.excess), at: story.now)
        story.writeNext()
        story.policy.caps.rates = RateCaps()
        story.writeNext()
        #expect(story.request.phase == .held && story.draft() == nil)
        story.wait(story.rules.machineRecheck)
        #expect(story.next() == .fire(attempt: 2))
    }

    @Test("a denial closes the gate on what is on its way")
    func deniedAtTheGate() {
        var story = CourseStory()
        story.intend()
        let gate = FiringGate(
            attempt: 1, writer: story.writer, fireBy: story.now + .seconds(10), notAfter: nil, generation: 0)
        func isOpen(_ story: CourseStory) -> Bool {
            gate.isOpen(now: story.now, wall: story.wall, control: .clear, generation: 0, standing: story.request)
        }
        #expect(isOpen(story))
        story.deny(by: "bob")
        #expect(!isOpen(story))
        let words = gate.obstacle(wall: story.wall, control: .clear, generation: 0, standing: story.request)
        #expect(words == "it was denied")
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
        story.course = RequestCourse(rules: story.rules)
        #expect(story.next() == .identify(story.request.request.targets))
        story.course.identified(.failure(ConsoleError(.unavailable, "away")), at: story.now)
        story.wait(.seconds(6))
        #expect(story.next() == .identify(story.request.request.targets))
        story.course.identified(.failure(ConsoleError(.unavailable, "away")), at: story.now)
        let held = try draft(story)
        #expect(held.kind == .held && held.reason == .consoleUnavailable)
        story.course.identified(.success([:]), at: story.now)
        let unknown = try draft(story)
        #expect(unknown.kind == .held && unknown.reason == .protectedTarget, "the console may tell it yet")
        story.course.identified(.success(["t1": TargetFacts(name: "LSASS.EXE")]), at: story.now)
        #expect(try draft(story).kind == .refused)
        story.course.identified(.success(["t1": TargetFacts(name: "evil.exe")]), at: story.now)
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
        var modest = CourseStory(rules, mode: .approve)
        modest.policy.mode = .enforce
        #expect(try draft(modest).detail?.hasPrefix("would wait (approval-required)") == true)
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

    @Test("where machines are not alike, a target's machine is asked for, and one that is elsewhere is refused")
    func elsewhere() throws {
        var story = story { policy in
            let match = MachineMatch(names: [NamePattern("DC-*")])
            policy.groups = [MachineGroup(name: "controllers", match: match, isProtected: true)]
        }
        story.course = RequestCourse(rules: story.rules)
        #expect(story.next() == .identify(story.request.request.targets))
        story.course.identified(.success(["t1": TargetFacts(name: "x", machineID: "m2")]), at: story.now)
        #expect(try draft(story).reason == .targetElsewhere)
        story.course.identified(
            .success(["t1": TargetFacts(name: "x", machineID: CourseStory.machine)]), at: story.now)
        #expect(story.next() == .fire(attempt: 1))
        story.course.identified(.success([:]), at: story.now)
        #expect(story.next() == .fire(attempt: 1), "the console does not tell: it is judged as named")
        story.wait(story.rules.machineRecheck)
        #expect(story.next() == .identify(story.request.request.targets), "a target without a name is asked for again")
    }

    @Test("a machine whose groups the console does not tell may be in any")
    func labels() throws {
        var story = story { policy in
            let match = MachineMatch(labels: [NamePattern("tier-0")])
            policy.groups = [MachineGroup(name: "controllers", match: match, isProtected: true)]
        }
        story.course.identified(.success([:]), at: story.now)
        #expect(try draft(story).reason == .protectedMachine)
        story.machines[CourseStory.machine]?.groups = []
        #expect(story.next() == .fire(attempt: 1))
    }
}
