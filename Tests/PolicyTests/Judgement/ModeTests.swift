import Model
import Policy
import Testing

@Suite("How far a policy lets a request go")
struct ModeTests {
    private func group(_ name: String, _ pattern: String, _ mode: ResponseMode?) -> MachineGroup {
        MachineGroup(name: name, match: MachineMatch(names: [NamePattern(pattern)]), mode: mode)
    }

    @Test("Without groups it is the policy's mode", arguments: ResponseMode.allCases)
    func plain(mode: ResponseMode) {
        var asking = Asking()
        asking.policy.mode = mode
        #expect(asking.judgement.mode == mode)
        #expect(asking.judgement.modeWords.contains("the policy's mode is \(mode.rawValue)"))
    }

    @Test("A group that the machine is surely in may allow more than the policy, and another takes it back")
    func groups() {
        var asking = Asking()
        asking.policy.mode = .observe
        asking.policy.groups = [group("web", "web-*", .enforce), group("nameless", "web-*", nil)]
        #expect(asking.judgement.mode == .enforce)
        asking.policy.groups.append(group("first", "*-1", .approve))
        #expect(asking.judgement.mode == .approve)
        #expect(
            asking.judgement.modeWords
                == "machine 'WEB-1' (214.4712067068585916413) is in group 'first', which has mode approve")
    }

    @Test("A group that the machine may be in counts only where it is stricter")
    func maybe() {
        var asking = Asking()
        asking.machines[Asking.web]?.name = nil
        asking.policy.mode = .approve
        asking.policy.groups = [group("web", "web-*", .enforce)]
        #expect(asking.judgement.mode == .approve)
        asking.policy.groups = [group("web", "web-*", .observe)]
        #expect(asking.judgement.mode == .observe)
        #expect(
            asking.judgement.modeWords
                == "machine 214.4712067068585916413 may be in group 'web', which has mode observe; the console does "
                + "not tell its name")
    }

    @Test("Where no group with a mode surely has the machine, the policy's mode counts as well")
    func unsure() {
        var asking = Asking()
        asking.policy.mode = .observe
        asking.policy.groups = [
            group("web", "web-*", .enforce),
            MachineGroup(name: "windows", match: MachineMatch(os: ["windows"]), mode: .enforce),
        ]
        asking.machines[Asking.web]?.name = nil
        #expect(asking.judgement.mode == .enforce, "surely in one, maybe in the other")
        asking.machines[Asking.web]?.os = nil
        #expect(asking.judgement.mode == .observe)
    }

    @Test("Of several machines the strictest decides for all")
    func machines() {
        var asking = Asking()
        asking.policy.groups = [group("mail", "mail-*", .approve)]
        asking.asked.targets.append(Asking.kill("1.1", on: Asking.mail))
        #expect(asking.judgement.mode == .approve)
        #expect(asking.judgement.modeWords.contains("'mail-1'"))
    }

    @Test("Requester, key and the request itself can only be stricter", arguments: ResponseMode.allCases)
    func voices(mode: ResponseMode) {
        for machine in ResponseMode.allCases {
            var asking = Asking()
            asking.policy.mode = machine
            asking.asked.keyID = "k"
            asking.asked.requester = "alice"
            asking.policy.keys = [PolicyKey(id: "k", algorithm: .ed25519, file: "k.pem")]
            var byRequester = asking
            byRequester.policy.requesters = [RequesterRule(mode: mode)]
            var byKey = asking
            byKey.policy.keys[0].mode = mode
            var byRequest = asking
            byRequest.asked.mode = mode
            for (asking, words) in [
                (byRequester, "requester 'alice' has mode \(mode.rawValue) (requesters[0])"),
                (byKey, "key 'k' has mode \(mode.rawValue)"),
                (byRequest, "the request itself asks for mode \(mode.rawValue)"),
            ] {
                #expect(asking.judgement.mode == min(mode, machine))
                #expect((asking.judgement.modeWords == words) == (mode < machine))
            }
        }
    }

    @Test("What is asked for no machine has the policy's mode")
    func empty() {
        var asking = Asking()
        asking.asked.targets = []
        asking.policy.mode = .approve
        #expect(asking.judgement.mode == .approve)
        #expect(asking.judgement.refusal == nil)
    }
}
