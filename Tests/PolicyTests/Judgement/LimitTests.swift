import Model
import Policy
import Testing

@Suite("What groups, requesters, keys and sizes allow")
struct LimitTests {
    private let servers = MachineGroup(
        name: "servers", match: MachineMatch(names: [NamePattern("web-*")]), actions: [.quarantineFile])

    @Test("An action that a machine's group does not allow is refused")
    func groupActions() {
        var asking = Asking()
        asking.policy.groups = [servers]
        #expect(
            asking.judgement.refusal
                == .init(
                    .actionNotAllowed,
                    "machine 'WEB-1' (214.4712067068585916413) is in group 'servers', where the policy allows "
                        + "QUARANTINE_FILE, not KILL_PROCESS (of 1.1)"))
        asking.asked.targets = [Asking.quarantine("1.1", on: Asking.web), Asking.kill("1.1", on: Asking.mail)]
        #expect(asking.judgement.refusal == nil)
        asking.machines[Asking.mail]?.name = nil
        #expect(asking.judgement.refusal?.reason == .actionNotAllowed, "it may be one of them")
    }

    @Test("Of several groups every one has to allow the action")
    func severalGroups() {
        var asking = Asking()
        let all = MachineGroup(name: "all", match: MachineMatch(), actions: [.killProcess])
        asking.policy.groups = [all]
        #expect(asking.judgement.refusal == nil)
        asking.policy.groups = [all, servers]
        #expect(asking.judgement.refusal?.reason == .actionNotAllowed)
    }

    @Test("The first rule that fits the requester decides, and the words name it")
    func requester() {
        var asking = Asking()
        asking.policy.requesters = [
            RequesterRule(names: [NamePattern("soar*")], actions: [.quarantineFile]),
            RequesterRule(names: [NamePattern("*")], mayApproveOwn: true), RequesterRule(actions: []),
        ]
        asking.asked.requester = "SOAR-7"
        #expect(
            asking.judgement.refusal
                == .init(
                    .requesterNotAllowed,
                    "requester 'SOAR-7' (requesters[0]) may ask for QUARANTINE_FILE, not for KILL_PROCESS of 1.1 on "
                        + "214.4712067068585916413"))
        asking.asked.requester = "alice"
        #expect(asking.judgement.refusal == nil)
        #expect(asking.judgement.requesterMayApprove)
        asking.asked.requester = nil
        #expect(
            asking.judgement.refusal?.words.hasPrefix("a requester without a name (requesters[2]) may ask for nothing")
                == true)
        asking.asked.requester = ""
        #expect(asking.judgement.refusal?.reason == .requesterNotAllowed)
        #expect(!asking.judgement.requesterMayApprove)
    }

    @Test("A rule for names and keys needs both to fit")
    func nameAndKey() {
        var asking = Asking()
        asking.policy.keys = [PolicyKey(id: "k", algorithm: .ed25519, file: "k.pem")]
        asking.policy.requesters = [
            RequesterRule(names: [NamePattern("soar")], keys: ["k"]), RequesterRule(actions: []),
        ]
        asking.asked.requester = "soar"
        #expect(asking.judgement.refusal?.reason == .requesterNotAllowed)
        asking.asked.keyID = "k"
        #expect(asking.judgement.refusal == nil)
        asking.asked.requester = "other"
        #expect(asking.judgement.refusal?.reason == .requesterNotAllowed)
    }

    @Test("Who may ask for some groups only needs every machine to be surely in one of them")
    func groups() {
        var asking = Asking()
        asking.policy.groups = [
            MachineGroup(name: "web", match: MachineMatch(names: [NamePattern("web-*")])),
            MachineGroup(name: "linux", match: MachineMatch(os: ["linux"])),
        ]
        asking.policy.requesters = [RequesterRule(groups: ["web", "linux"])]
        asking.asked.targets.append(Asking.kill("1.1", on: Asking.mail))
        #expect(asking.judgement.refusal == nil)
        asking.policy.requesters = [RequesterRule(groups: ["web"])]
        #expect(
            asking.judgement.refusal
                == .init(
                    .requesterNotAllowed,
                    "a requester without a name (requesters[0]) may ask for machines of web, and machine 'mail-1' "
                        + "(214.1) is not surely one of them"))
        asking.asked.targets.removeLast()
        asking.machines[Asking.web]?.name = nil
        #expect(asking.judgement.refusal?.reason == .requesterNotAllowed, "cannot tell is not surely")
    }

    @Test("A key that the policy does not know, or not for requests, is refused")
    func keys() {
        var asking = Asking()
        asking.asked.keyID = "gone"
        #expect(
            asking.judgement.refusal
                == .init(
                    .keyUnknown, "the request is signed with key 'gone', which the policy does not know", isKnown: false
                ))
        asking.policy.keys = [
            PolicyKey(id: "gone", algorithm: .ed25519, file: "k.pem", mayRequest: false, mayDecide: true)
        ]
        #expect(asking.judgement.refusal?.reason == .requesterNotAllowed)
    }

    @Test("A key may be for some actions and some groups only")
    func keyLimits() {
        var asking = Asking()
        asking.asked.keyID = "soar"
        asking.policy.groups = [MachineGroup(name: "web", match: MachineMatch(names: [NamePattern("web-*")]))]
        asking.policy.keys = [
            PolicyKey(id: "soar", algorithm: .hmacSHA256, file: "k", actions: [.killProcess], groups: ["web"])
        ]
        #expect(asking.judgement.refusal == nil)
        asking.asked.targets = [Asking.kill("1.1", on: Asking.mail)]
        #expect(asking.judgement.refusal?.words.hasPrefix("key 'soar' may ask for machines of web") == true)
        asking.asked.targets = [Asking.quarantine("1.1", on: Asking.web)]
        #expect(asking.judgement.refusal?.words.hasPrefix("key 'soar' may ask for KILL_PROCESS, not for") == true)
    }

    @Test("A request with more actions than the cap is refused, and one with as many is not")
    func size() {
        var asking = Asking()
        asking.asked.targets = (1...3).map { Asking.kill("1.\($0)", on: Asking.web) }
        asking.policy.caps = ResponseCaps(actionsPerRequest: 3)
        #expect(asking.judgement.refusal == nil)
        asking.policy.caps.actionsPerRequest = 2
        #expect(
            asking.judgement.refusal
                == .init(.tooManyActions, "the request has 3 actions; caps.actionsPerRequest is 2"))
    }

    @Test("Actions on one machine are counted over both spellings of its id, each once")
    func sizeOnMachine() {
        var asking = Asking()
        asking.policy.caps = ResponseCaps(actionsPerMachine: 2)
        asking.asked.targets = [
            Asking.kill("1.1", on: Asking.web), Asking.kill("1.2", on: Asking.webAgain),
            Asking.kill("1.1", on: Asking.webAgain), Asking.kill("1.1", on: Asking.mail),
        ]
        #expect(asking.judgement.refusal == nil)
        asking.asked.targets.append(Asking.kill("1.3", on: Asking.webAgain))
        #expect(
            asking.judgement.refusal
                == .init(
                    .tooManyActionsOnMachine,
                    "the request has 3 actions on machine 'WEB-1' (214.4712067068585916413); caps.actionsPerMachine is 2"
                ))
    }

    @Test("Protection is named before limits: what is worst comes first")
    func order() {
        var asking = Asking()
        asking.policy.requesters = [RequesterRule(actions: [])]
        asking.policy.caps = ResponseCaps(actionsPerRequest: 0)
        asking.policy.groups = [MachineGroup(name: "all", match: MachineMatch(), isProtected: true)]
        #expect(asking.judgement.refusal?.reason == .protectedMachine)
    }
}
