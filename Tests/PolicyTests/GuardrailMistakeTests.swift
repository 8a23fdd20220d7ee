import Policy
import Testing

@Suite("Mistakes in a policy's guardrails")
struct GuardrailMistakeTests {
    /// What is said about a text behind `rules: []`, a line each, without the file's name.
    private func mistakes(_ text: String) -> [String] {
        do throws(PolicyError) {
            _ = try ResponsePolicy(yaml: Array("rules: []\n\(text)".utf8), file: "p.yaml")
            return []
        } catch {
            return error.problems.map { "\($0.line ?? 0): \($0.key): \($0.message)" }
        }
    }

    private static let actions =
        "KILL_PROCESS, QUARANTINE_FILE, UNQUARANTINE_FILE, DELETE_REGISTRY_KEY, BLOCK_FILE, "
        + "KILL_PREVENT_UNSUSPEND, UNSUSPEND_PROCESS, ISOLATE_MACHINE, UNISOLATE_MACHINE"

    @Test("Groups: every mistake is named")
    func groups() {
        let text = """
            groups:
              - {name: a, match: {name: [x]}, actions: [KILL], mode: on, protected: yes}
              - {name: a, match: {}}
              - {match: {host: [x]}}
              - {name: b}
              - {name: c, match: {id: [web-1, "214.4712067068585916413", AAAA1kFkoAiE4Tf9], os: [], label: [""]}}
              - text
            """
        #expect(
            mistakes(text) == [
                "3: groups[0].mode: 'on' is not a mode; allowed are observe, approve, enforce",
                "3: groups[0].actions: 'KILL' is not an action; allowed are \(Self.actions)",
                "3: groups[0].protected: 'yes' is neither true nor false",
                "4: groups[1].name: the group on line 3 has this name",
                "4: groups[1].match: at least one of id, name, os, label",
                "5: groups[2].name: missing; the group's name, up to 100 characters",
                "5: groups[2].match.host: unknown key; allowed are id, name, os, label",
                "6: groups[3].match: missing; at least one of id, name, os, label, a list each",
                "7: groups[4].match.id: 'web-1' is no id of the console; they look like 214.4712067068585916413 or "
                    + "AAAA1kFkoAiE4Tf9",
                "7: groups[4].match.id: 'AAAA1kFkoAiE4Tf9' is given twice, in its two spellings",
                "7: groups[4].match.os: at least one, or leave the key out where it may be",
                "7: groups[4].match.label: each is a line of 1 to 256 bytes",
                "8: groups[5]: 'text' is not a mapping with the keys name, match, mode, actions, protected",
            ])
    }

    @Test("Names of groups and keys that the policy does not have are named with those that it has")
    func references() {
        let text = """
            groups: [{name: a, match: {os: [LINUX]}}, {name: b, match: {os: [OSX]}}]
            requesters:
              - {match: {key: [k]}, groups: [a, c]}
            keys:
              - {id: j, algorithm: ed25519, file: f, uses: [requests], groups: [A]}
            """
        #expect(
            mistakes(text) == [
                "4: requesters[0].match.key: 'k' is not a key of this policy; it has j",
                "4: requesters[0].groups: 'c' is not a group of this policy; it has a, b",
                "6: keys[0].groups: 'A' is not a group of this policy; it has a, b",
            ])
        #expect(
            mistakes("requesters: [{groups: [a]}]")
                == ["2: requesters[0].groups: 'a' is not a group of this policy; it has none"])
    }

    @Test("A rule for a group that is not there says so")
    func ruleGroups() {
        let rule = "{name: x, when: {verdict: [malicious], machineGroup: [web]}, actions: []}"
        let error = #expect(throws: PolicyError.self) {
            try ResponsePolicy(yaml: Array("rules: [\(rule)]".utf8), file: "p.yaml")
        }
        #expect(
            error?.description
                == "p.yaml:1: rules[0].when.machineGroup: 'web' is not a group of this policy; it has none")
    }

    @Test(
        "A rule that asks for more than the policy and every group allow is a mistake",
        arguments: [
            ("observe", "approve", "", "observe"), ("approve", "enforce", "", "approve"),
            ("observe", "enforce", "a: approve", "approve"), ("observe", "approve", "a: approve", nil),
            ("observe", "enforce", "a: enforce", nil), ("enforce", "enforce", "a: observe", nil),
        ])
    func looseRules(policy: String, rule: String, group: String, most: String?) {
        let mode = group.split(separator: " ").last.map { "groups: [{name: a, match: {os: [OSX]}, mode: \($0)}]" } ?? ""
        let text = """
            mode: \(policy)
            \(mode)
            rules:
              - {name: r, when: {verdict: [malicious]}, actions: [], mode: \(rule)}
            """
        do throws(PolicyError) {
            _ = try ResponsePolicy(yaml: Array(text.utf8), file: "p.yaml")
            #expect(most == nil)
        } catch {
            let words = "the policy's mode and every group's allow no more than \(most ?? "?") here"
            #expect(error.description == "p.yaml:4: rules[0].mode: '\(rule)' is more than can be: \(words)")
        }
    }

    @Test("A rule for one group is bound by that group's mode")
    func looseForGroup() {
        let text = """
            mode: enforce
            groups: [{name: a, match: {os: [OSX]}, mode: observe}]
            rules:
              - {name: r, when: {verdict: [malicious], machineGroup: [a]}, actions: [], mode: approve}
            """
        let error = #expect(throws: PolicyError.self) {
            try ResponsePolicy(yaml: Array(text.utf8), file: "p.yaml")
        }
        #expect(error?.description.contains("no more than observe here") == true)
    }

    @Test("Requesters: what is never reached is a mistake, and so is an empty match")
    func requesters() {
        let text = """
            requesters:
              - {match: {}, mayApproveOwn: 1}
              - {mode: approve}
              - {match: {name: x}}
            """
        #expect(
            mistakes(text) == [
                "3: requesters[0].match: at least one of name, key; without match it is every requester",
                "3: requesters[0].mayApproveOwn: '1' is neither true nor false",
                "4: requesters[1]: never reached: the entry on line 3 fits every requester",
                "5: requesters[2]: never reached: the entry on line 3 fits every requester",
                "5: requesters[2].match.name: 'x' is not a list of patterns",
            ])
    }

    @Test(
        "A cap is a number that makes sense, or unlimited",
        arguments: ["0", "-1", "1.5", "1000001", "99999999999999999999", "many", "'5'", "", "1e3", "[5]", "+5"])
    func caps(value: String) {
        let said = mistakes("caps:\n  actionsPerHour: \(value)")
        #expect(said.count == 1)
        #expect(said.first?.hasPrefix("3: caps.actionsPerHour: ") == true)
        #expect(said.first?.hasSuffix("is no cap; a whole number from 1 to 1000000, or unlimited") == true)
    }

    @Test("Caps that leave no room for what they allow are a mistake")
    func contradiction() {
        #expect(
            mistakes("caps: {actionsPerRequest: 10, actionsPerHour: 9, actionsPerMachine: 3}") == [
                "2: caps.actionsPerHour: 9 is less than actionsPerRequest (10): a request in between could never be sent"
            ])
        #expect(
            mistakes("caps: {actionsPerMachine: 3, actionsPerMachineAndHour: 2}") == [
                "2: caps.actionsPerMachineAndHour: 2 is less than actionsPerMachine (3): a request in between could "
                    + "never be sent"
            ])
        #expect(mistakes("caps: {actionsPerRequest: 10, actionsPerHour: 10}").isEmpty)
        #expect(mistakes("caps: {actionsPerMinute: 1}").first?.contains("unknown key; allowed are") == true)
    }

    @Test("Keys: every mistake is named")
    func keys() {
        let text = """
            keys:
              - {id: a, algorithm: rsa, file: f, uses: [requests, approvals]}
              - {id: a, algorithm: ed25519, file: "", uses: []}
              - {id: "a b", algorithm: [x], file: f, uses: [decisions], mode: never}
              - {}
            """
        #expect(
            mistakes(text) == [
                "3: keys[0].algorithm: 'rsa' is not an algorithm; allowed are ed25519, hmac-sha256",
                "3: keys[0].uses: 'approvals' is not a use of a key; allowed are requests, decisions",
                "4: keys[1].file: '' is not a path",
                "4: keys[1].uses: at least one, or leave the key out where it may be",
                "4: keys[1].id: the key on line 3 has this id",
                "5: keys[2].id: 1 to 100 letters, digits and signs, without spaces",
                "5: keys[2].algorithm: a list is not an algorithm; allowed are ed25519, hmac-sha256",
                "5: keys[2].mode: 'never' is not a mode; allowed are observe, approve, enforce",
                "6: keys[3].id: missing; the id that records name the key by",
                "6: keys[3].algorithm: missing; one of ed25519, hmac-sha256",
                "6: keys[3].file: missing; the key's file, from the policy's folder if it is not absolute",
                "6: keys[3].uses: missing; at least one of requests, decisions",
            ])
    }

    @Test("Protected targets are ids of the console, for nothing else would ever fit")
    func protected() {
        #expect(
            mistakes("protected: {targets: [lsass.exe], names: [], users: []}") == [
                "2: protected.users: unknown key; allowed are targets, names",
                "2: protected.targets: 'lsass.exe' is no id of the console; they look like 214.4712067068585916413 or "
                    + "AAAA1kFkoAiE4Tf9",
                "2: protected.names: at least one, or leave the key out where it may be",
            ])
    }
}
