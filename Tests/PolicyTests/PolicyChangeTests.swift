import Policy
import Testing

@Suite("What is other in a policy")
struct PolicyChangeTests {
    private func policy(_ text: String) throws -> ResponsePolicy {
        try ResponsePolicy(yaml: Array(text.utf8), file: "p.yaml")
    }

    @Test("Every part that changed is named")
    func parts() throws {
        let before = try policy(
            """
            mode: observe
            rules:
              - {name: a, when: {verdict: [malicious]}, actions: []}
              - {name: b, when: {verdict: [malicious]}, actions: []}
              - {name: c, when: {verdict: [malicious]}, actions: []}
            groups: [{name: g, match: {os: [LINUX]}}]
            keys: [{id: k, algorithm: ed25519, file: f, uses: [requests]}]
            """)
        let now = try policy(
            """
            # Another line.
            mode: approve
            rules:
              - {name: b, when: {verdict: [suspicious]}, actions: []}
              - {name: a, when: {verdict: [malicious]}, actions: []}
              - {name: d, when: {verdict: [malicious]}, actions: []}
            groups: [{name: g, match: {os: [LINUX]}, mode: approve}]
            requesters: [{mode: approve}]
            protected: {names: [x]}
            caps: {actionsPerHour: 100}
            keys: [{id: k, algorithm: ed25519, file: f, uses: [requests]}]
            """)
        #expect(
            now.changes(since: before) == [
                "mode observe is now approve", "rule 'd' added", "rule 'c' removed", "rule 'b' changed",
                "rules in another order", "group 'g' changed", "requesters changed",
                "protected changed", "caps changed",
            ])
        #expect(now.changes(since: now).isEmpty)
    }

    @Test("A rule whose words are the same has not changed, whatever follows from another group's mode")
    func resolved() throws {
        let rules = "rules: [{name: a, when: {verdict: [malicious]}, actions: [KILL_PROCESS]}]\n"
        let before = try policy(rules + "groups: [{name: g, match: {os: [LINUX]}}]")
        let now = try policy(rules + "groups: [{name: g, match: {os: [LINUX]}, mode: approve}]")
        #expect(now.rules[0].mode != before.rules[0].mode)
        #expect(now.changes(since: before) == ["group 'g' changed"])
        let said = try policy(
            "mode: approve\nrules: [{name: a, when: {verdict: [malicious]}, actions: [KILL_PROCESS], mode: observe}]")
        #expect(said.changes(since: before).contains("rule 'a' changed"))
    }

    @Test("Comments change nothing but the digest")
    func comments() throws {
        let before = try policy("rules: []")
        let now = try policy("rules: []  # none")
        #expect(now.changes(since: before).isEmpty && now.digest != before.digest)
    }
}
