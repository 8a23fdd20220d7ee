internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// `riposte approve` and `riposte deny`: a person decides about a request that waits.
enum ApprovalCommands {
    static let approve = Command(
        "approve", summary: "Lets a request be sent that waits for an approval; --list shows those that do.",
        discussion: """
            Prints what is asked, by whom and until when, and approves exactly that: the decision quotes the digest of what
            was printed. All guardrails still hold, so the request may go on to wait for something else. Who asked may not
            approve unless the policy says so; that binds only where decisions are signed (REMEDIATOR_SIGNATURES=required),
            for otherwise --by is whatever somebody types.

            It waits until the approval has taken effect: code 0. What does not wait for an approval, was denied or expired
            meanwhile, or may not be approved by this person is code 1, and it says so.

            Examples:
              riposte approve --list
              riposte approve ticket-4711 --reason "confirmed with the owner"
              riposte approve ticket-4711 --by oncall@example.com --timeout 2m
            """,
        arguments: [.optional("request")], options: [list, json] + DecisionRun.options, environment: environment,
        run: { try await runApprove($0, $1) })

    static let deny = Command(
        "deny", summary: "Ends a request that waits, for whatever it waits: it is DENIED and never sent.",
        discussion: """
            Prints what is denied. It waits until the denial has taken effect: code 0. What does not wait any more is code
            1: what the console has taken already is not stopped by this.

            Examples:
              riposte deny ticket-4711 --reason "false positive, see INC-7"
            """,
        arguments: [.required("request")], options: DecisionRun.options, environment: environment,
        run: { arguments, context in
            try await decide(.deny, on: arguments.positional[0], arguments, context)
        })

    private static let list = CommandOption.flag(
        "list", help: "What waits for an approval right now, the oldest first; nothing is decided.")
    private static let json = CommandOption.flag("json", help: "With --list: one result a line, for machines.")

    private static let environment: Command.Environment = {
        KafkaAccess.settings(reading: &$0); CommandArguments.declarePerson(&$0)
    }

    private static func runApprove(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        guard arguments.flag("list") else {
            if arguments.flag("json") { throw UsageError("--json is for --list") }
            guard let id = arguments.positional.first else { throw UsageError("<request> is missing, or --list") }
            return try await decide(.approve, on: id, arguments, context)
        }
        if !arguments.positional.isEmpty { throw UsageError("--list shows all and decides nothing: leave out the id") }
        return try await WaitingList.print(asJSON: arguments.flag("json"), context)
    }

    private static func decide(
        _ verb: DecisionVerb, on id: String, _ arguments: CommandArguments, _ context: CommandContext
    ) async throws -> ExitCode {
        var decision = RemediationDecision()
        decision.decision = verb
        let access = try KafkaAccess(context)
        let terms = ApprovalTerms(verb: verb) { result in
            let names = await access.names()
            // Whoever decides is told of others that want the same; without them nothing is less decided.
            let all = (try? await access.results()) ?? [:]
            let twins = ApprovalText.twins(of: result, in: all.values)
            for line in ApprovalText.question(result, names, twins: twins) { context.output.line(PlainText.line(line)) }
        }
        let run = DecisionRun(name: "riposte \(verb == .approve ? "approve" : "deny")", terms: terms, context: context)
        return try await run.decide(decision, on: id, arguments)
    }
}
