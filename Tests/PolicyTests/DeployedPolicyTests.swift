import FoundationEssentials
import Model
import Policy
import Testing

/// The policy that Riposte ships as default and example.
@Suite("The shipped policy")
struct DeployedPolicyTests {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    private func shipped() throws -> ResponsePolicy {
        try ResponsePolicy(contentsOf: Self.root + "/deploy/policy.yaml")
    }

    /// The YAML of README's chapter about policies.
    private func printed() throws -> [ResponsePolicy] {
        let readme = try String(contentsOfFile: Self.root + "/README.md", encoding: .utf8)
        let chapter = readme.components(separatedBy: "\n## ").first { $0.hasPrefix("Response policy") } ?? ""
        return try chapter.components(separatedBy: "```yaml\n").dropFirst().map { text in
            let yaml = text.components(separatedBy: "```").first ?? ""
            return try ResponsePolicy(yaml: Array(yaml.utf8), file: "README.md")
        }
    }

    @Test("What it says when its examples are taken in is without mistakes too")
    func examples() throws {
        let text = try String(contentsOfFile: Self.root + "/deploy/policy.yaml", encoding: .utf8)
        // An example begins with its key alone in a comment, and goes on as long as lines are indented.
        var isExample = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> Substring in
            if ["# groups:", "# requesters:", "# protected:", "# keys:"].contains(line) { isExample = true }
            if !line.hasPrefix("# ") { isExample = false }
            return isExample ? line.dropFirst(2) : line
        }
        let policy = try ResponsePolicy(yaml: Array(lines.joined(separator: "\n").utf8), file: "policy.yaml")
        #expect(policy.groups.count == 3 && policy.requesters.count == 3 && policy.keys.count == 1)
        #expect(policy.protectedTargets.names.count == 2)
        #expect(policy.caps == .standard)
    }

    @Test("The README's policies are without mistakes, and its week goes from observe to enforce")
    func readme() throws {
        let policies = try printed()
        try #require(policies.count == 4)
        #expect(policies[0].caps == .standard && policies[0].keys.count == 2)
        let week = policies[1...]
        #expect(week.map(\.mode) == [.observe, .observe, .approve])
        #expect(week.map { $0.groups.first?.mode } == [nil, .approve, .enforce])
        #expect(week.map { $0.groups.count { $0.isProtected } } == [1, 1, 1])
    }

    @Test("It is without mistakes and sends nothing by itself")
    func safe() throws {
        let policy = try shipped()
        #expect(policy.mode == .observe)
        #expect(policy.rules.allSatisfy { $0.mode == .observe })
    }

    @Test("It acts on what is malicious and was not stopped, and watches what is suspicious")
    func acts() throws {
        let policy = try shipped()
        func actions(_ kind: ItemKind, _ verdict: Verdict, _ status: String) -> [ActionType] {
            policy.decision(kind: kind, verdict: verdict, decisionStatuses: [status])?.actions ?? []
        }
        #expect(actions(.process, .malicious, "DDS_FAILED_TO_PREVENT") == [.killProcess])
        #expect(actions(.file, .malicious, "DDS_FAILED_TO_QUARANTINE") == [.quarantineFile])
        #expect(actions(.file, .suspicious, "DDS_FAILED_TO_PREVENT") == [.quarantineFile])
        #expect(actions(.process, .malicious, "DDS_PREVENTED").isEmpty)
        for verdict in [Verdict.indifferent, .unknown, .notChecked] {
            for kind in ItemKind.allCases { #expect(actions(kind, verdict, "DDS_FAILED_TO_PREVENT").isEmpty) }
        }
    }
}
