import Model
import Policy
import Testing

@Suite("Decisions of a policy")
struct PolicyDecisionTests {
    private func policy(_ rules: String, mode: String = "observe") throws -> ResponsePolicy {
        try ResponsePolicy(yaml: Array("mode: \(mode)\nrules:\n\(rules)".utf8), file: "p.yaml")
    }

    @Test("The first fitting rule decides")
    func first() throws {
        let policy = try policy(
            """
              - {name: leave, when: {verdict: [malicious], decisionStatus: [DDS_PREVENTED]}, actions: []}
              - {name: kill, when: {verdict: [malicious], itemKind: [process]}, actions: [KILL_PROCESS]}
              - name: rest
                when: {verdict: [malicious, suspicious]}
                actions: [QUARANTINE_FILE, KILL_PROCESS]
                mode: observe
            """, mode: "enforce")
        let left = policy.decision(
            kind: .process, verdict: .malicious, decisionStatuses: ["DDS_FAILED_TO_PREVENT", "DDS_PREVENTED"])
        #expect(left?.rule == "leave")
        #expect(left?.actions == [])

        let killed = policy.decision(kind: .process, verdict: .malicious, decisionStatuses: [])
        #expect(killed?.rule == "kill")
        #expect(killed?.actions == [.killProcess])
        #expect(killed?.mode == .enforce)

        let file = policy.decision(kind: .file, verdict: .suspicious, decisionStatuses: [])
        #expect(file?.rule == "rest")
        #expect(file?.actions == [.quarantineFile], "only what fits the kind")
        #expect(file?.mode == .observe)
    }

    @Test("No rule, no action", arguments: ItemKind.allCases)
    func nothing(kind: ItemKind) throws {
        let empty = try ResponsePolicy(yaml: Array("rules: []".utf8), file: "p.yaml")
        #expect(empty.mode == .observe)
        for verdict in Verdict.allCases {
            #expect(empty.decision(kind: kind, verdict: verdict, decisionStatuses: ["DDS_FAILED_TO_PREVENT"]) == nil)
        }
    }

    @Test("A verdict matches only where it is named", arguments: Verdict.allCases, Verdict.allCases)
    func verdicts(named: Verdict, given: Verdict) throws {
        let policy = try policy("  - {name: a, when: {verdict: [\(named.rawValue)]}, actions: [QUARANTINE_FILE]}")
        let decision = policy.decision(kind: .file, verdict: given, decisionStatuses: [])
        #expect((decision != nil) == (named == given))
    }

    @Test("A rule that names no kinds is about those that its actions fit", arguments: ItemKind.allCases)
    func impliedKinds(kind: ItemKind) throws {
        let policy = try policy(
            """
              - {name: processes, when: {verdict: [malicious]}, actions: [KILL_PROCESS]}
              - {name: rest, when: {verdict: [malicious]}, actions: []}
            """)
        let decision = policy.decision(kind: kind, verdict: .malicious, decisionStatuses: [])
        #expect(decision?.rule == (kind == .process ? "processes" : "rest"))
    }

    @Test(
        "An action never reaches an item of another kind, whatever a rule made by hand says",
        arguments: ItemKind.allCases)
    func fits(kind: ItemKind) {
        let rule = ResponsePolicy.Rule(
            name: "all", verdicts: [.malicious], itemKinds: Set(ItemKind.allCases), actions: ActionType.documented,
            mode: .enforce)
        let decision = ResponsePolicy(rules: [rule]).decision(kind: kind, verdict: .malicious, decisionStatuses: [])
        let expected: [ActionType] =
            switch kind {
            case .process: [.killProcess, .killPreventUnsuspend]
            case .file: [.quarantineFile, .blockFile]
            case .registryEntry: [.deleteRegistryKey]
            }
        #expect(decision?.actions == expected)
    }

    @Test("A rule without a mode takes the policy's", arguments: ["observe", "approve", "enforce"])
    func modes(mode: String) throws {
        let policy = try policy("  - {name: a, when: {verdict: [malicious]}, actions: [KILL_PROCESS]}", mode: mode)
        #expect(policy.mode.rawValue == mode)
        #expect(policy.rules.map(\.mode.rawValue) == [mode])
    }

    @Test("A suspect is judged by its own hashes, and by its own decision status where the console knows it")
    func suspects() throws {
        let policy = try policy(
            """
              - name: a
                when: {verdict: [malicious], decisionStatus: [DDS_FAILED_TO_PREVENT]}
                actions: [QUARANTINE_FILE]
            """)
        var suspect = Suspect()
        suspect.kind = .file
        suspect.sha1 = String(repeating: "a", count: 40)
        var enriched = EnrichedDetection()
        enriched.detection.decisionStatuses = ["DDS_FAILED_TO_PREVENT", "DDS_PREVENTED"]
        #expect(policy.decision(on: suspect, in: enriched) == nil, "not checked is not malicious")

        var verdict = IndicatorVerdict()
        verdict.indicator = Indicator(.domain, "evil.example")
        verdict.verdict = .malicious
        enriched.verdicts = [verdict]
        #expect(policy.decision(on: suspect, in: enriched) == nil, "a domain convicts no file")

        verdict.indicator = Indicator(.sha1, String(repeating: "a", count: 40))
        enriched.verdicts.append(verdict)
        #expect(policy.decision(on: suspect, in: enriched)?.rule == "a")

        suspect.decisionStatus = "DDS_PREVENTED"
        #expect(policy.decision(on: suspect, in: enriched) == nil, "its own status says that it was stopped")

        suspect.decisionStatus = "DDS_UNKNOWN"
        #expect(policy.decision(on: suspect, in: enriched)?.rule == "a", "a status that knows nothing decides nothing")
    }
}
