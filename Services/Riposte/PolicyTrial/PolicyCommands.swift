internal import Model
internal import Policy
internal import Runtime

/// `riposte policy check`: whether a response policy can be used.
enum PolicyCommands {
    static let check = Command(
        "policy check", summary: "Checks a response policy and names every mistake with its line.",
        discussion: """
            Without FILE it is the one that POLICY_FILE names. A mistake is printed as FILE:LINE: KEY: what is allowed,
            and the exit code is 78. The files of its keys are read too, whatever else is wrong. What is no mistake and
            probably not meant so is a warning: a decision status that nobody knows, a rule that is never reached, and modes
            of approve without signatures (REMEDIATOR_SIGNATURES, as the remediators have it).

            Example:
              riposte policy check deploy/policy.yaml
            """,
        arguments: [.optional("FILE")],
        environment: { reader in
            _ = reader.optional("POLICY_FILE", "The policy that is checked without FILE", .path)
            PolicyCheckup.declareSignatures(&reader)
        },
        run: { try await check($0, $1) })

    private static func check(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        guard let file = arguments.positional.first ?? context.environment["POLICY_FILE"], !file.isEmpty else {
            throw UsageError("FILE is needed: POLICY_FILE is not set")
        }
        do throws(PolicyError) {
            let (policy, keys, _) = try ResponsePolicy.withKeys(contentsOf: file)
            for warning in PolicyCheckup.warnings(policy, keys, context.environment) {
                context.errors.line(PlainText.line("warning: \(warning)"))
            }
            context.output.line(PlainText.line("\(file): \(policy.overview)"))
            for line in policy.modeLines { context.output.line(PlainText.line("  \(line)")) }
            return .done
        } catch {
            return complain(error, context)
        }
    }

    /// Prints every mistake, a line each.
    static func complain(_ error: PolicyError, _ context: CommandContext) -> ExitCode {
        for problem in error.problems { context.errors.line(PlainText.line(problem.description)) }
        return .configuration
    }
}

extension ResponsePolicy {
    /// What there is in it, in numbers.
    fileprivate var overview: String {
        let parts = [
            Self.count(rules.count, "rule"), Self.count(groups.count, "group"),
            Self.count(requesters.count, "entry for requesters", "entries for requesters"),
            Self.count(keys.count, "key"),
        ]
        return parts.joined(separator: ", ") + "; digest \(digest.prefix(12))"
    }

    /// How far it lets anything go, and where.
    fileprivate var modeLines: [String] {
        var lines = ["\(mode.rawValue) on machines of no group with a mode"]
        for group in groups where group.isProtected { lines.append("nothing on machines of group '\(group.name)'") }
        for group in groups where !group.isProtected {
            guard let mode = group.mode else { continue }
            lines.append("\(mode.rawValue) on machines of group '\(group.name)'")
        }
        for mode in ResponseMode.allCases {
            let count = rules.count { $0.mode == mode && !$0.actions.isEmpty }
            if count > 0 { lines.append("\(mode.rawValue) at most by \(Self.count(count, "rule"))") }
        }
        return lines
    }

    private static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) \(number == 1 ? one : many ?? one + "s")"
    }
}
