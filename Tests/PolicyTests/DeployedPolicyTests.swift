import Model
import Policy
import Testing

/// The policy that Riposte ships as default and example.
@Suite("The shipped policy")
struct DeployedPolicyTests {
    private func shipped() throws -> ResponsePolicy {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try ResponsePolicy(contentsOf: "/" + root + "/deploy/policy.yaml")
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
