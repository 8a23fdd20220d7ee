internal import Model
internal import Policy
internal import Runtime

/// Whether the response policy can be used.
enum PolicyCheckup {
    /// The key of the environment, for the help.
    static func declare(_ reader: inout ConfigurationReader) {
        _ = reader.optional("POLICY_FILE", "The policy that is looked at, as the remediator has it", .path)
        declareSignatures(&reader)
    }

    /// The key that says whether decisions have to be signed.
    static func declareSignatures(_ reader: inout ConfigurationReader) {
        _ = reader.optional(
            "REMEDIATOR_SIGNATURES", "Whether signatures are required, as the remediator has it", .string)
    }

    /// What is no mistake, and whoever is responsible should know.
    static func warnings(_ policy: ResponsePolicy, _ keys: KeyRing, _ environment: [String: String]) -> [String] {
        let isSigned = environment["REMEDIATOR_SIGNATURES"] == "required"
        return keys.warnings + policy.warnings + [policy.approvalWarning(isSigned: isSigned)].compactMap(\.self)
    }

    static func finding(_ environment: [String: String]) -> Finding {
        guard let file = environment["POLICY_FILE"], !file.isEmpty else {
            return Finding(.ok, "policy", "not looked at: POLICY_FILE is not set here")
        }
        do throws(PolicyError) {
            let (policy, keys, _) = try ResponsePolicy.withKeys(contentsOf: file)
            let rules = policy.rules.count == 1 ? "1 rule" : "\(policy.rules.count) rules"
            let head = "\(file): \(rules), mode \(policy.mode.rawValue), digest \(policy.digest.prefix(12))"
            let note = "  this is the file here; what each remediator has in force is the digest in riposte_policy_info"
            let warnings = warnings(policy, keys, environment)
            return Finding(
                warnings.isEmpty ? .ok : .warn, "policy",
                ([head, note] + warnings.map { "  warning: \($0)" }).joined(separator: "\n"))
        } catch {
            let problems = error.problems.map { "  \($0)" }
            let head = "\(file) cannot be used; a remediator that has an older one keeps it, and none starts with this:"
            return Finding(.fail, "policy", ([head] + problems).joined(separator: "\n"))
        }
    }
}
