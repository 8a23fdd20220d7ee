import Policy
import TestSupport
import Testing

@Suite("What is no mistake in a policy, and probably not meant so")
struct PolicyWarningTests {
    private func policy(_ text: String) throws -> ResponsePolicy {
        try ResponsePolicy(yaml: Array(text.utf8), file: "p.yaml")
    }

    @Test("A decision status that nobody knows is named with those that are known")
    func statuses() throws {
        let typo = try policy(
            """
            rules:
              - {name: a, when: {verdict: [malicious], decisionStatus: [DDS_FAILED_TO_PREVNT, DDS_FAILED_TO_PREVENT]}, actions: []}
            """)
        #expect(
            typo.warnings == [
                "rule 'a': 'DDS_FAILED_TO_PREVNT' is not a decision status that is known; known are DDS_DETECTED, "
                    + "DDS_FAILED_TO_PREVENT, DDS_FAILED_TO_QUARANTINE, DDS_PREVENTED, DDS_UNKNOWN"
            ])
    }

    @Test(
        "A rule that one before it leaves nothing for is named",
        arguments: [
            ("when: {verdict: [malicious, suspicious]}, actions: []", true),
            ("when: {verdict: [malicious]}, actions: [KILL_PROCESS]", true),
            ("when: {verdict: [suspicious]}, actions: []", false),
            ("when: {verdict: [malicious], itemKind: [file]}, actions: []", false),
            ("when: {verdict: [malicious]}, actions: [QUARANTINE_FILE]", false),
            ("when: {verdict: [malicious], machineGroup: [g]}, actions: []", false),
            ("when: {verdict: [malicious], decisionStatus: [DDS_DETECTED]}, actions: []", false),
        ])
    func unreached(first: String, isNamed: Bool) throws {
        let text = """
            groups: [{name: g, match: {os: [LINUX]}}]
            rules:
              - {name: first, \(first)}
              - {name: kill, when: {verdict: [malicious]}, actions: [KILL_PROCESS]}
            """
        let words = "rule 'kill' is never reached: 'first' before it fits all that it does"
        #expect(try policy(text).warnings == (isNamed ? [words] : []))
    }

    @Test("Where a machine's groups are not known, a rule without actions fits and one with actions does not")
    func doubtful() throws {
        func text(_ first: String, _ second: String) -> String {
            """
            groups: [{name: g, match: {os: [LINUX]}}, {name: h, match: {os: [OSX]}}]
            rules:
              - {name: first, when: {verdict: [malicious], machineGroup: [g, h]}, actions: [\(first)]}
              - {name: second, when: {verdict: [malicious], itemKind: [process], machineGroup: [g]}, actions: [\(second)]}
            """
        }
        #expect(try policy(text("KILL_PROCESS", "KILL_PROCESS")).warnings.count == 1)
        #expect(try policy(text("", "KILL_PROCESS")).warnings.count == 1)
        #expect(try policy(text("KILL_PROCESS", "")).warnings.isEmpty)
    }

    @Test(
        "Approvals that need not be signed, or that nobody can sign, are named",
        arguments: [
            ("mode: approve", true), ("mode: enforce", false), ("requesters: [{mode: approve}]", true),
            ("mode: observe", false), ("groups: [{name: g, match: {os: [LINUX]}, mode: approve}]", true),
        ])
    func approvals(text: String, asks: Bool) throws {
        let some = try policy("rules: []\n" + text)
        #expect(some.asksForApproval == asks)
        #expect((some.approvalWarning(isSigned: false) != nil) == asks)
        #expect((some.approvalWarning(isSigned: true)?.contains("nobody can approve it") == true) == asks)
        let keyed = try policy("rules: []\n\(text)\nkeys: [{id: k, algorithm: ed25519, file: f, uses: [decisions]}]")
        #expect(keyed.approvalWarning(isSigned: true) == nil)
    }

    @Test("The files of keys are read whatever else is wrong, and each mistake is told once, by line")
    func keys() throws {
        let folder = try TemporaryFolder()
        let secret = try folder.write("secret", "short")
        let text = """
            mode: all
            rules: []
            keys:
              - {id: gone, algorithm: ed25519, file: nowhere.pem, uses: [requests]}
              - {id: odd, algorithm: rot13, file: other.pem, uses: [requests]}
              - {id: short, algorithm: hmac-sha256, file: \(secret), uses: [requests]}
            """
        func mistakes(_ text: String) throws -> [String] {
            let file = try folder.write("policy.yaml", text)
            do throws(PolicyError) {
                _ = try ResponsePolicy.withKeys(contentsOf: file)
                return []
            } catch {
                return error.problems.map { "\($0.line ?? 0) \($0.key)" }
            }
        }
        #expect(try mistakes(text) == ["1 mode", "4 keys[0].file", "5 keys[1].algorithm", "6 keys[2].file"])
        let alone = "rules: []\nkeys:\n  - {id: gone, algorithm: ed25519, file: nowhere.pem, uses: [requests]}\n"
        #expect(try mistakes(alone) == ["3 keys[0].file"])
    }
}
