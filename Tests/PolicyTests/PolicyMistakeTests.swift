import Policy
import Testing

@Suite("Mistakes in a policy")
struct PolicyMistakeTests {
    /// What is said about a text, a line each.
    private func mistakes(_ text: String) -> [String] {
        do throws(PolicyError) {
            _ = try ResponsePolicy(yaml: Array(text.utf8), file: "p.yaml")
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    private func rule(_ lines: String) -> [String] {
        mistakes("rules:\n- " + lines.split(separator: "\n").joined(separator: "\n  "))
    }

    @Test("Every mistake is named at once, with its line, its key and what is allowed")
    func everything() {
        let text = """
            mode: ask
            rulez: []
            rules:
              - name: one
                when: {verdict: [malicous], decisionStatus: [prevented], itemKind: [proces]}
                actions: [KILL_PROCES]
                mode: on
              - name: one
                when: {}
                actions: [ISOLATE_MACHINE]
                color: red
              - just text
            """
        #expect(
            mistakes(text) == [
                "p.yaml:1: mode: 'ask' is not a mode; allowed are observe, approve, enforce",
                "p.yaml:2: rulez: unknown key; allowed are mode, rules, groups, requesters, protected, caps, keys",
                "p.yaml:5: rules[0].when.verdict: 'malicous' is not a verdict; "
                    + "allowed are malicious, suspicious, indifferent, unknown, not-checked",
                "p.yaml:5: rules[0].when.decisionStatus: 'prevented' is not a decision status; "
                    + "allowed are words like DDS_FAILED_TO_PREVENT",
                "p.yaml:5: rules[0].when.itemKind: 'proces' is not an item kind; "
                    + "allowed are process, file, registryEntry",
                "p.yaml:6: rules[0].actions: 'KILL_PROCES' is not an action for a rule; allowed are "
                    + "KILL_PROCESS, KILL_PREVENT_UNSUSPEND, QUARANTINE_FILE, BLOCK_FILE, DELETE_REGISTRY_KEY",
                "p.yaml:7: rules[0].mode: 'on' is not a mode; allowed are observe, approve, enforce",
                "p.yaml:8: rules[1].name: the rule on line 4 has this name",
                "p.yaml:9: rules[1].when.verdict: missing; "
                    + "at least one of malicious, suspicious, indifferent, unknown, not-checked",
                "p.yaml:10: rules[1].actions: 'ISOLATE_MACHINE' is not an action for a rule; allowed are "
                    + "KILL_PROCESS, KILL_PREVENT_UNSUSPEND, QUARANTINE_FILE, BLOCK_FILE, DELETE_REGISTRY_KEY",
                "p.yaml:11: rules[1].color: unknown key; allowed are name, when, actions, mode",
                "p.yaml:12: rules[2]: 'just text' is not a mapping with the keys name, when, actions, mode",
            ])
    }

    @Test("A rule without its parts is told what they are")
    func missing() {
        #expect(
            rule("mode: observe") == [
                "p.yaml:2: rules[0].name: missing; the rule's name, up to 100 characters",
                "p.yaml:2: rules[0].actions: missing; a list of KILL_PROCESS, KILL_PREVENT_UNSUSPEND, QUARANTINE_FILE, "
                    + "BLOCK_FILE, DELETE_REGISTRY_KEY, or [] to leave the item alone",
                "p.yaml:2: rules[0].when: missing; verdict, and where wanted decisionStatus, itemKind and machineGroup",
            ])
    }

    @Test("Actions must fit the kinds that a rule names, and each kind needs an action")
    func fit() {
        #expect(
            rule("name: a\nwhen: {verdict: [malicious], itemKind: [file]}\nactions: [QUARANTINE_FILE, KILL_PROCESS]")
                == [
                    "p.yaml:3: rules[0].when.itemKind: KILL_PROCESS needs process"
                ])
        #expect(
            rule("name: a\nwhen: {verdict: [malicious], itemKind: [process, registryEntry]}\nactions: [KILL_PROCESS]")
                == [
                    "p.yaml:3: rules[0].when.itemKind: none of the rule's actions is for a registryEntry; "
                        + "allowed are DELETE_REGISTRY_KEY"
                ])
        #expect(
            rule(
                "name: a\nwhen: {verdict: [malicious], itemKind: [process, file]}\nactions: [KILL_PROCESS, BLOCK_FILE]"
            )
            .isEmpty)
        #expect(rule("name: a\nwhen: {verdict: [malicious], itemKind: [registryEntry]}\nactions: []").isEmpty)
    }

    @Test(
        "Wrong shapes are named",
        arguments: [
            ("", "p.yaml:1: rules: missing; a list of rules"),
            ("mode: observe", "p.yaml:1: rules: missing; a list of rules"),
            ("rules: none", "p.yaml:1: rules: 'none' is not a list of rules"),
            ("rules:", "p.yaml:1: rules: nothing is not a list of rules"),
            (
                "[rules]",
                "p.yaml:1: a list is not a mapping with the keys mode, rules, groups, requesters, protected, caps, keys"
            ),
            ("rules: []\nmode: {}", "p.yaml:2: mode: a mapping is not a mode; allowed are observe, approve, enforce"),
            ("rules: []\nrules: []", "p.yaml:2: rules: given twice, first on line 1"),
            ("rules: *x", "p.yaml:1: rules: aliases (*) are not allowed; write the value out"),
        ])
    func shapes(text: String, mistake: String) {
        #expect(mistakes(text).contains(mistake), "\(mistakes(text))")
    }

    @Test(
        "Wrong values are named",
        arguments: [
            ("name: ''", "rules[0].name: a line of 1 to 100 characters"),
            ("name: [a]", "rules[0].name: a line of 1 to 100 characters"),
            (
                "when: malicious",
                "rules[0].when: 'malicious' is not a mapping with the keys verdict, decisionStatus, itemKind, machineGroup"
            ),
            ("when: {verdict: malicious}", "rules[0].when.verdict: 'malicious' is not a list of words"),
            ("when: {verdict: []}", "rules[0].when.verdict: at least one, or leave the key out where it may be"),
            ("when: {verdict: [unknown, unknown]}", "rules[0].when.verdict: 'unknown' is given twice"),
            ("when: {verdict: [[unknown]]}", "rules[0].when.verdict: a list is not a word"),
            (
                "when: {verdict: [Malicious]}",
                "rules[0].when.verdict: 'Malicious' is not a verdict; allowed are malicious, "
                    + "suspicious, indifferent, unknown, not-checked"
            ),
            (
                "when: {verdict: [malicious], itemKind: []}",
                "rules[0].when.itemKind: at least one, or leave the key out where it may be"
            ),
            ("actions: KILL_PROCESS", "rules[0].actions: 'KILL_PROCESS' is not a list of actions"),
            (
                "actions: [UNQUARANTINE_FILE]",
                "rules[0].actions: 'UNQUARANTINE_FILE' is not an action for a rule; allowed are "
                    + "KILL_PROCESS, KILL_PREVENT_UNSUSPEND, QUARANTINE_FILE, BLOCK_FILE, DELETE_REGISTRY_KEY"
            ),
            ("mode: ENFORCE", "rules[0].mode: 'ENFORCE' is not a mode; allowed are observe, approve, enforce"),
            ("mode:", "rules[0].mode: nothing is not a mode; allowed are observe, approve, enforce"),
            (
                "mode: approve",
                "rules[0].mode: 'approve' is more than can be: the policy's mode and every group's allow no more than "
                    + "observe here"
            ),
        ])
    func values(line: String, mistake: String) {
        #expect(rule(line).contains("p.yaml:2: " + mistake), "\(rule(line))")
    }

    @Test("What is no YAML, and a file that cannot be read, say so")
    func unreadable() {
        #expect(mistakes("rules: [").first?.contains(": no YAML: ") == true)
        let error = #expect(throws: PolicyError.self) { try ResponsePolicy(contentsOf: "/nowhere/policy.yaml") }
        #expect(error?.description == "/nowhere/policy.yaml: cannot be read: No such file or directory")
    }
}
