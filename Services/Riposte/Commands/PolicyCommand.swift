internal import Model
internal import Policy
internal import Runtime

/// `riposte policy check`: whether a response policy can be used.
enum PolicyCommand {
    static let command = Command(
        "policy check", summary: "Checks a response policy and names every mistake with its line.",
        discussion: """
            Without FILE it is the one that POLICY_FILE names. A mistake is printed as FILE:LINE: KEY: what is allowed,
            and the exit code is 78. The files of its keys are read too.

            Example:
              riposte policy check deploy/policy.yaml
            """,
        arguments: [.optional("FILE")],
        environment: { _ = $0.optional("POLICY_FILE", "The policy that is checked without FILE", .path) },
        run: { try await run($0, $1) })

    private static func run(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        guard let file = arguments.positional.first ?? context.environment["POLICY_FILE"], !file.isEmpty else {
            throw UsageError("FILE is needed: POLICY_FILE is not set")
        }
        do throws(PolicyError) {
            let policy = try ResponsePolicy(contentsOf: file)
            let keys = try KeyRing(of: policy, file: file)
            for warning in keys.warnings { context.errors.line(PlainText.line("warning: \(warning)")) }
            let enforced = policy.rules.count { $0.mode == .enforce && !$0.actions.isEmpty }
            context.output.line(
                PlainText.line("\(file): \(policy.rules.count) rules, of which \(enforced) enforce their actions"))
            return .done
        } catch {
            for problem in error.problems { context.errors.line(PlainText.line(problem.description)) }
            return .configuration
        }
    }
}
