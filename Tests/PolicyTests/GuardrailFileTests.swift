import Model
import Policy
import Testing

@Suite("Guardrails as a file says them")
struct GuardrailFileTests {
    private func policy(_ text: String, file: String = "p.yaml") throws -> ResponsePolicy {
        try ResponsePolicy(yaml: Array(text.utf8), file: file)
    }

    @Test("Everything that a file can say is read")
    func everything() throws {
        let policy = try policy(
            """
            mode: approve
            rules:
              - name: one
                when: {verdict: [malicious], machineGroup: [front]}
                actions: [KILL_PROCESS]
            groups:
              - name: front
                match: {id: ["214.1", AAAA1kFkoAiE4Tf9], name: ["web-*"], os: [WINDOWS], label: [dmz, "tier-?"]}
                mode: enforce
                actions: [KILL_PROCESS, ISOLATE_MACHINE, UNISOLATE_MACHINE]
              - {name: vip, match: {label: [vip]}, protected: true, actions: []}
            requesters:
              - match: {name: ["soar-*"], key: [soar]}
                mode: observe
                actions: [QUARANTINE_FILE]
                groups: [front, vip]
                mayApproveOwn: true
              - mode: approve
            protected: {targets: ["214.4712067068585916413"], names: [lsass.exe, "sql*"]}
            caps:
              actionsPerRequest: 5
              machinesPerHour: unlimited
            keys:
              - id: soar
                algorithm: ed25519
                file: soar.pem
                uses: [requests, decisions]
                actions: [QUARANTINE_FILE]
                groups: [front]
                mode: approve
              - {id: ops, algorithm: hmac-sha256, file: /run/secrets/ops, uses: [decisions]}
            """)
        #expect(policy.mode == .approve)
        #expect(policy.rules.map(\.machineGroups) == [["front"]])
        #expect(
            policy.groups == [
                MachineGroup(
                    name: "front",
                    match: MachineMatch(
                        ids: ["214.1", "AAAA1kFkoAiE4Tf9"], names: [NamePattern("web-*")], os: ["WINDOWS"],
                        labels: [NamePattern("dmz"), NamePattern("tier-?")]),
                    mode: .enforce, actions: [.killProcess, .isolateMachine, .unisolateMachine]),
                MachineGroup(
                    name: "vip", match: MachineMatch(labels: [NamePattern("vip")]), actions: [], isProtected: true),
            ])
        #expect(
            policy.requesters == [
                RequesterRule(
                    names: [NamePattern("soar-*")], keys: ["soar"], mode: .observe, actions: [.quarantineFile],
                    groups: ["front", "vip"], mayApproveOwn: true),
                RequesterRule(mode: .approve),
            ])
        #expect(
            policy.protectedTargets
                == ProtectedTargets(
                    ids: ["214.4712067068585916413"], names: [NamePattern("lsass.exe"), NamePattern("sql*")]))
        var caps = ResponseCaps.standard
        caps.actionsPerRequest = 5
        caps.rates.machinesPerHour = nil
        #expect(policy.caps == caps)
        #expect(policy.keys.map(\.line) == [26, 31])
        #expect(
            policy.keys.map { key in
                var key = key
                key.line = nil
                return key
            } == [
                PolicyKey(
                    id: "soar", algorithm: .ed25519, file: "soar.pem", mayRequest: true, mayDecide: true,
                    actions: [.quarantineFile], groups: ["front"], mode: .approve),
                PolicyKey(
                    id: "ops", algorithm: .hmacSHA256, file: "/run/secrets/ops", mayRequest: false, mayDecide: true),
            ])
    }

    @Test("What is left out protects nothing, limits nobody, and caps as usual")
    func standard() throws {
        let policy = try policy("rules: []")
        #expect(policy.caps == .standard)
        #expect(policy.groups.isEmpty && policy.requesters.isEmpty && policy.keys.isEmpty)
        #expect(policy.protectedTargets == ProtectedTargets())
    }

    @Test("The digest is the SHA-256 of the file's bytes")
    func digest() throws {
        // As sha256sum has it.
        #expect(
            try policy("rules: []").digest == "00eb8a0ecfecb77c25d7e28890b0a2d479966fd1b88274af09fd5c70b7fc0f71")
        #expect(try policy("rules: []").digest == policy("rules: []", file: "q.yaml").digest)
        #expect(try policy("rules: []").digest != policy("rules: [ ]").digest)
    }

    @Test("A rule without a mode goes as far as any machine's group may, and one for groups as far as those")
    func ruleModes() throws {
        let text = """
            mode: observe
            groups:
              - {name: a, match: {name: [a]}, mode: enforce}
              - {name: b, match: {name: [b]}, mode: approve}
              - {name: c, match: {name: [c]}}
            rules:
              - {name: any, when: {verdict: [malicious]}, actions: []}
              - {name: b, when: {verdict: [malicious], machineGroup: [b]}, actions: []}
              - {name: c, when: {verdict: [malicious], machineGroup: [b, c]}, actions: []}
            """
        #expect(try policy(text).rules.map(\.mode) == [.enforce, .approve, .enforce])
    }

    @Test(
        "A key's file that is not absolute is looked for beside the policy",
        arguments: [
            ("/etc/riposte/policy.yaml", "keys/a.pem", "/etc/riposte/keys/a.pem"), ("p.yaml", "a.pem", "a.pem"),
            ("deploy/p.yaml", "a.pem", "deploy/a.pem"), ("/etc/p.yaml", "/run/a", "/run/a"),
        ])
    func keyFiles(policy: String, key: String, expected: String) throws {
        let text = "rules: []\nkeys: [{id: a, algorithm: ed25519, file: \(key), uses: [requests]}]"
        #expect(try self.policy(text, file: policy).keys.map(\.file) == [expected])
    }

    @Test("A rule for machine groups fits the machines of one of them, and a doubt leaves the item alone")
    func machineGroups() throws {
        let policy = try policy(
            """
            rules:
              - {name: kill, when: {verdict: [malicious], machineGroup: [web, linux]}, actions: [KILL_PROCESS]}
              - {name: leave, when: {verdict: [malicious], machineGroup: [vip]}, actions: []}
              - {name: rest, when: {verdict: [malicious]}, actions: [KILL_PROCESS]}
            groups:
              - {name: web, match: {name: ["web-*"]}}
              - {name: linux, match: {os: [LINUX]}}
              - {name: vip, match: {label: [vip]}}
            """)
        func rule(_ machine: MachineFacts?) -> String? {
            policy.decision(kind: .process, verdict: .malicious, decisionStatuses: [], machine: machine)?.rule
        }
        #expect(rule(MachineFacts(guid: "1.1", name: "WEB-1")) == "kill", "surely in one of them")
        #expect(rule(MachineFacts(guid: "1.1", os: "LINUX", labels: ["vip"])) == "kill")
        #expect(rule(MachineFacts(guid: "1.1", name: "ws-1", os: "WINDOWS", labels: ["vip"])) == "leave")
        #expect(rule(MachineFacts(guid: "1.1", name: "ws-1", os: "WINDOWS", labels: [])) == "rest")
        #expect(rule(MachineFacts(guid: "1.1", name: "ws-1", os: "WINDOWS")) == "leave", "it may be a VIP's")
        #expect(rule(MachineFacts(guid: "1.1", labels: [])) == "rest", "it may be in web, which is not enough")
        #expect(rule(nil) == "leave")
    }

    @Test("A suspect's machine is what the detection says of it, in either spelling of its id")
    func suspectsMachine() {
        var machine = Machine(guid: "214.4712067068585916413", name: "web-1")
        machine.os = "LINUX"
        machine.groups = ["dmz"]
        var detection = Detection()
        detection.machines = [Machine(guid: "1.1", name: "other"), machine]
        var suspect = Suspect()
        suspect.machineGuid = "AAAA1kFkoAiE4Tf9"
        #expect(
            detection.machine(of: suspect)
                == MachineFacts(guid: "AAAA1kFkoAiE4Tf9", name: "web-1", os: "LINUX", labels: ["dmz"]))
        suspect.machineGuid = "2.2"
        #expect(detection.machine(of: suspect) == MachineFacts(guid: "2.2"))
    }
}
