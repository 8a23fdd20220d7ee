import Model
import Policy
import Testing

@Suite("What a policy protects")
struct ProtectionTests {
    @Test("Nothing is refused where nothing is protected")
    func nothing() {
        #expect(Asking().judgement.refusal == nil)
    }

    @Test("A machine of a protected group is refused, and the words name the machine and the group")
    func group() {
        var asking = Asking()
        asking.policy.groups = [
            MachineGroup(name: "front", match: MachineMatch(names: [NamePattern("web-*")]), isProtected: true)
        ]
        #expect(
            asking.judgement.refusal
                == .init(
                    .protectedMachine,
                    "machine 'WEB-1' (214.4712067068585916413) is in group 'front', which the policy protects"))
        asking.asked.targets = [Asking.kill("1.1", on: Asking.mail)]
        #expect(asking.judgement.refusal == nil)
    }

    @Test(
        "A machine of which too little is known to tell counts as protected",
        arguments: [
            (MachineMatch(names: [NamePattern("dc-*")]), "name"),
            (MachineMatch(os: ["MAC"]), "operating system"),
            (MachineMatch(labels: [NamePattern("vip")]), "groups"),
            (MachineMatch(names: [NamePattern("dc-*")], os: ["MAC"]), "name, operating system"),
        ])
    func cannotTell(match: MachineMatch, missing: String) {
        var asking = Asking()
        asking.policy.groups = [MachineGroup(name: "vip", match: match, isProtected: true)]
        #expect(asking.judgement.refusal == nil)
        asking.machines[Asking.web] = MachineFacts(guid: Asking.web, name: "")
        #expect(
            asking.judgement.refusal
                == .init(
                    .protectedMachine,
                    "machine 214.4712067068585916413 may be in group 'vip', which the policy protects; the console "
                        + "does not tell its \(missing)", isKnown: false))
    }

    @Test("A group that the machine is surely not in protects it not, however little is known besides")
    func surelyNot() {
        var asking = Asking()
        asking.policy.groups = [
            MachineGroup(
                name: "vip", match: MachineMatch(names: [NamePattern("dc-*")], os: ["MAC"]), isProtected: true)
        ]
        asking.machines[Asking.web] = MachineFacts(guid: Asking.web, os: "WINDOWS")
        #expect(asking.judgement.refusal == nil)
    }

    @Test("A machine that the console does not know counts as protected, also without any group")
    func unknown() {
        var asking = Asking()
        asking.machines[Asking.web] = nil
        #expect(asking.judgement.refusal?.reason == .protectedMachine)
        #expect(asking.judgement.refusal?.words.contains(Asking.web) == true)
    }

    @Test("A machine is the same in both spellings of its id")
    func spellings() {
        var asking = Asking()
        asking.asked.targets = [Asking.kill("1.1", on: Asking.webAgain)]
        #expect(asking.judgement.refusal == nil, "it is known under the other spelling")
        asking.policy.groups = [
            MachineGroup(name: "one", match: MachineMatch(ids: [Asking.web]), isProtected: true)
        ]
        #expect(asking.judgement.refusal?.reason == .protectedMachine)
    }

    @Test("Told of in both spellings, what they differ in is not known")
    func contradicted() {
        var asking = Asking()
        asking.policy.groups = [
            MachineGroup(name: "vip", match: MachineMatch(names: [NamePattern("dc-*")]), isProtected: true)
        ]
        asking.machines[Asking.webAgain] = MachineFacts(guid: Asking.webAgain, name: "dc-1", os: "WINDOWS", labels: [])
        #expect(asking.judgement.refusal?.reason == .protectedMachine)
    }

    @Test("A target is protected by its id in either spelling", arguments: [Asking.web, Asking.webAgain])
    func target(spelling: String) {
        var asking = Asking()
        asking.asked.targets = [
            Asking.kill("1.1", on: Asking.mail), Asking.kill("214.4712067068585916413", on: Asking.mail),
        ]
        asking.policy.protectedTargets.ids = [spelling]
        #expect(
            asking.judgement.refusal
                == .init(
                    .protectedTarget,
                    "KILL_PROCESS of 214.4712067068585916413 on 214.1 is refused: the policy protects this target by its id"
                ))
    }

    @Test("A target is protected by its name, in any case of letters")
    func name() {
        var asking = Asking()
        asking.policy.protectedTargets.names = [NamePattern("sql*.exe")]
        asking.asked.names = ["1.1": "SQLServr.EXE"]
        #expect(
            asking.judgement.refusal
                == .init(
                    .protectedTarget,
                    "KILL_PROCESS of 1.1 on 214.4712067068585916413 is refused: its name 'SQLServr.EXE' fits "
                        + "'sql*.exe', which the policy protects"))
        asking.asked.names = ["1.1": "evil.exe"]
        #expect(asking.judgement.refusal == nil)
    }

    @Test("Where names are protected, a process or file without a known name is too", arguments: [nil, ""])
    func nameless(name: String?) {
        var asking = Asking()
        asking.policy.protectedTargets.names = [NamePattern("sql*.exe")]
        asking.asked.names["1.1"] = name
        #expect(asking.judgement.refusal?.reason == .protectedTarget)
        asking.asked.targets = [Asking.quarantine("1.1", on: Asking.web)]
        #expect(asking.judgement.refusal?.reason == .protectedTarget)
    }

    @Test("A machine to isolate and a registry entry have no name to ask for")
    func withoutNames() {
        var asking = Asking()
        asking.policy.protectedTargets.names = [NamePattern("sql*.exe")]
        for action in [ActionType.isolateMachine, .unisolateMachine, .deleteRegistryKey] {
            asking.asked.targets = [
                ActionTarget(machineId: Asking.web, targetId: Asking.web, actionType: action)
            ]
            #expect(asking.judgement.refusal == nil, "\(action)")
        }
        asking.asked.targets = [
            ActionTarget(machineId: Asking.web, targetId: "1.1", actionType: ActionType(rawValue: "NEW_ACTION"))
        ]
        #expect(asking.judgement.refusal?.reason == .protectedTarget, "who knows what it is aimed at")
    }

    @Test("Names count under the other spelling of a target's id too, and every one of them")
    func namesInBothSpellings() {
        var asking = Asking()
        asking.policy.protectedTargets.names = [NamePattern("sql*.exe")]
        asking.asked.targets = [Asking.kill(Asking.web, on: Asking.mail)]
        asking.asked.names = [Asking.webAgain: "evil.exe"]
        #expect(asking.judgement.refusal == nil)
        asking.asked.names[Asking.web] = "sqlservr.exe"
        #expect(asking.judgement.refusal?.reason == .protectedTarget)
    }

    @Test(
        "A target that is on another machine than the request names is refused; one that is told in the other spelling is not"
    )
    func elsewhere() {
        var asking = Asking()
        asking.asked.targetMachines = ["1.1": Asking.webAgain]
        #expect(asking.judgement.refusal == nil)
        asking.asked.targetMachines = ["1.2": Asking.mail]
        #expect(asking.judgement.refusal == nil, "of this target nothing is told: it is judged as named")
        asking.asked.targetMachines = ["1.1": Asking.mail]
        #expect(
            asking.judgement.refusal
                == .init(
                    .targetElsewhere,
                    "KILL_PROCESS of 1.1 on 214.4712067068585916413 is refused: the console says that it is on machine "
                        + "214.1"))
    }
}
