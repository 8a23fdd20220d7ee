internal import JSON
internal import Model
internal import Runtime
internal import Synchronization

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

    private static let options: [CommandOption] = [
        .value("adopt", "REMEDIATION", help: "It is the console's remediation with this id."),
        .flag("give-up", help: "What became of it will not be known."),
        .flag("send-again", help: "It did not reach the console, and is to be sent once more."),
        .value("reason", "TEXT", help: "Why, for the results."),
        .value("by", "NAME", help: "Who decides; $USER or this account unless given."),
        .value("timeout", "SPAN", help: "How long to wait for it to take effect, as 90s or 2m; 30s unless given."),
    ]

    /// Nothing was decided, because there is nothing to decide.
    struct NotParked: Error, CustomStringConvertible {
        let description: String
    }

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
        decision.reason = arguments.value("reason")
        return decision
    }

    private static func run(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        var decision = try decision(arguments)
        let timeout = try RequestForm.duration("timeout", arguments.value("timeout") ?? "30s")
        decision.requestId = arguments.positional[0]
        decision.decidedBy = await arguments.person("by", context)
        decision.decidedAt = .now()
        let access = try KafkaAccess(context)
        let wanted = decision
        let before = Mutex<RemediationResult?>(nil)
        let wait = ResultWait(access: access, id: decision.requestId, isNew: false)
        do {
            let result = try await wait.run(
                timeout: timeout,
                until: { result in
                    let parked = before.withLock { $0 }
                    return parked.map { result.version > $0.version && result.state != .parked } ?? false
                },
                publish: { newest in
                    let parked = try parked(newest, wanted.requestId)
                    before.withLock { $0 = parked }
                    var decision = wanted
                    decision.digest = parked.digest
                    decision.attempt = parked.attempts
                    _ = try await access.publish(decision, key: decision.requestId, to: Topics.decisions)
                }, each: { _ in })
            guard let result, let parked = before.withLock({ $0 }) else {
                return reportNoEffect(decision, timeout, context)
            }
            return report(result, decision, since: parked, context)
        } catch let error as NotParked {
            context.errors.line(PlainText.line("riposte resolve: \(error)"))
            return .failed
        }
    }

    private static func parked(_ newest: RemediationResult?, _ id: String) throws(NotParked) -> RemediationResult {
        guard let newest else { throw NotParked(description: "no result of a request \(id) is known") }
        guard newest.state == .parked else {
            throw NotParked(
                description: "request \(id) is \(newest.state.rawValue), not PARKED: there is nothing to decide")
        }
        return newest
    }

    /// Whether the request has become what the decision is for, whoever has brought that about.
    static func hasTakenEffect(
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

    private static func report(
        _ result: RemediationResult, _ decision: RemediationDecision, since parked: RemediationResult,
        _ context: CommandContext
    ) -> ExitCode {
        let why = result.detail.map { ": \($0)" } ?? ""
        guard hasTakenEffect(decision, result, since: parked) else {
            let reason = result.reason.map { " (\($0))" } ?? ""
            context.errors.line(
                PlainText.line(
                    "riposte resolve: the decision did not count: request \(decision.requestId) is"
                        + " \(result.state.rawValue)\(reason)\(why)"))
            return .failed
        }
        context.output.line(PlainText.line("request \(decision.requestId) is \(result.state.rawValue)\(why)"))
        return .done
    }

    private static func reportNoEffect(
        _ decision: RemediationDecision, _ timeout: Duration, _ context: CommandContext
    ) -> ExitCode {
        context.errors.line(
            PlainText.line(
                "riposte resolve: the decision is published, but after \(timeout.components.seconds) s request"
                    + " \(decision.requestId) is still PARKED. Is a remediator running? See also the dead letters"))
        return .failed
    }
}
