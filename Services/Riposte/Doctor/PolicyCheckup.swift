internal import Model
internal import Policy
internal import Runtime

/// Whether the response policy can be used.
enum PolicyCheckup {
    /// The key of the environment, for the help.
    static func declare(_ reader: inout ConfigurationReader) {
        _ = reader.optional("POLICY_FILE", "The policy that is looked at, as the remediator has it", .path)
    }

    static func finding(_ file: String?) -> Finding {
        guard let file, !file.isEmpty else {
            return Finding(.ok, "policy", "not looked at: POLICY_FILE is not set here")
        }
        do throws(PolicyError) {
            let policy = try ResponsePolicy(contentsOf: file)
            _ = try KeyRing(of: policy, file: file)
            let rules = policy.rules.count == 1 ? "1 rule" : "\(policy.rules.count) rules"
            return Finding(.ok, "policy", "\(file): \(rules), mode \(policy.mode.rawValue)")
        } catch {
            let problems = error.problems.map { "  \($0)" }
            let head = "\(file) cannot be used; a remediator that has an older one keeps it, and none starts with this:"
            return Finding(.fail, "policy", ([head] + problems).joined(separator: "\n"))
        }
    }
}
