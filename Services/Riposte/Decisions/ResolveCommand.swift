internal import JSON
internal import Model
internal import Runtime

/// `riposte resolve`: a person decides about a parked request.
enum ResolveCommand {
    static let command = Command(
        "resolve", summary: "Decides about a request that is PARKED: whether the console acted cannot be found out.",
        discussion: """
            Look at the console first: in the machine's or the malop's response history. Then say what you found.

            --adopt REMEDIATION  It is there, under this id: it is followed from now on as this request's.
            --give-up            Leave it: it ends UNKNOWN, and nothing is sent again.
            --send-again         It is not there: it is checked and sent once more, and has as long again to be sent as
                                 it had at first. If it is there after all, it is done twice.

            The first decision counts, whoever makes it. The command waits until it has taken effect: code 0. What was not
            parked, stays so, or became something else than was decided is code 1: another decision may have come first,
            or the remediator learned what had become of it.

            Examples:
              riposte resolve ticket-4711 --adopt 86f3faa1-bac0-4a17-9192-9d106b734664
              riposte resolve ticket-4711 --give-up --reason "the machine was reinstalled"
              riposte resolve ticket-4711 --send-again --by oncall@example.com
            """,
        arguments: [.required("request")], options: options,
        environment: {
            KafkaAccess.settings(reading: &$0); CommandArguments.declarePerson(&$0)
        }, run: { try await run($0, $1) })

    private static let options: [CommandOption] =
        [
            .value("adopt", "REMEDIATION", help: "It is the console's remediation with this id."),
            .flag("give-up", help: "What became of it will not be known."),
            .flag("send-again", help: "It did not reach the console, and is to be sent once more."),
        ] + DecisionRun.options

    /// The decision that the arguments make, about no request yet.
    static func decision(_ arguments: CommandArguments) throws(UsageError) -> RemediationDecision {
        var decision = RemediationDecision()
        let given = ["adopt", "give-up", "send-again"].filter(arguments.flag)
        switch given {
        case ["adopt"]:
            guard let id = arguments.value("adopt"), !id.isEmpty else { throw UsageError("--adopt is empty") }
            (decision.decision, decision.remediationId) = (.adopt, id)
        case ["give-up"]: decision.decision = .giveUp
        case ["send-again"]: decision.decision = .sendAgain
        default: throw UsageError("one of --adopt REMEDIATION, --give-up and --send-again is needed")
        }
        return decision
    }

    private static func run(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        let decision = try decision(arguments)
        let run = DecisionRun(name: "riposte resolve", terms: Terms(), context: context)
        return try await run.decide(decision, on: arguments.positional[0], arguments)
    }
}

extension ResolveCommand {
    /// Whoever resolves has looked at the console, not at what is asked.
    struct Terms: DecisionTerms {
        let unanswered = "is still PARKED"

        func check(_ newest: RemediationResult) throws(NothingToDecide) {
            guard newest.state == .parked else {
                throw NothingToDecide(
                    "request \(newest.requestId) is \(newest.state.rawValue), not PARKED: there is nothing to decide")
            }
        }

        func complete(_ decision: inout RemediationDecision, for result: RemediationResult) {
            decision.digest = result.digest
            decision.attempt = result.attempts
        }

        func show(_ result: RemediationResult) {}

        func isAnswer(
            _ result: RemediationResult, to decision: RemediationDecision, since before: RemediationResult
        ) -> Bool { result.state != .parked }

        func hasTakenEffect(
            _ decision: RemediationDecision, _ result: RemediationResult, since parked: RemediationResult
        ) -> Bool {
            switch decision.decision {
            case .adopt: return result.remediationId == decision.remediationId
            case .giveUp: return result.state.isEnd && result.reason == .givenUp
            case .sendAgain:
                // It may wait for something else already, or be on its way; but it has new time to be sent.
                let hasNewTime = result.notAfter != parked.notAfter
                return result.reason == .sendAgain || hasNewTime || (result.attempts ?? 0) > (parked.attempts ?? 0)
            case .approve, .deny: return false
            }
        }
    }
}
