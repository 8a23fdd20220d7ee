internal import JSON
internal import Model
internal import Runtime
internal import Signing
internal import Synchronization

/// What is particular to one kind of decision.
protocol DecisionTerms: Sendable {
    /// Throws if a request in this state does not wait for such a decision.
    func check(_ newest: RemediationResult) throws(NothingToDecide)

    /// What the decision says of the result that it is about.
    func complete(_ decision: inout RemediationDecision, for result: RemediationResult)

    /// Shows whoever decides what it is about, before anything is published.
    func show(_ result: RemediationResult) async

    /// Whether a newer result tells what has come of the decision.
    func isAnswer(_ result: RemediationResult, to decision: RemediationDecision, since before: RemediationResult)
        -> Bool

    /// Whether the request has become what the decision is for, whoever has brought that about.
    func hasTakenEffect(
        _ decision: RemediationDecision, _ result: RemediationResult, since before: RemediationResult
    ) -> Bool

    /// What a request still does of which nothing has come: `is still PARKED`.
    var unanswered: String { get }
}

/// Nothing was decided, because there is nothing to decide.
struct NothingToDecide: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A person's decision about one request: from its newest result to what comes of it.
struct DecisionRun: Sendable {
    /// The command's whole name, for what it says: `riposte resolve`.
    let name: String

    let terms: any DecisionTerms
    let context: CommandContext

    /// The options that every decision has, after its own.
    static let options: [CommandOption] = [
        .value("reason", "TEXT", help: "Why, for the results."),
        .value("by", "NAME", help: "Who decides; $USER or this account unless given."),
        SigningOption.key, SigningOption.keyID,
        .value("timeout", "SPAN", help: "How long to wait for it to take effect, as 90s or 2m; 30s unless given."),
    ]

    /// Publishes the decision that the arguments complete, if the request waits for it, and waits for its effect.
    func decide(_ decision: RemediationDecision, on id: String, _ arguments: CommandArguments) async throws -> ExitCode
    {
        let timeout = try RequestForm.duration("timeout", arguments.value("timeout") ?? "30s")
        var wanted = decision
        wanted.requestId = id
        wanted.reason = arguments.value("reason")
        wanted.decidedBy = await arguments.person("by", context)
        wanted.decidedAt = .now()
        let signer = try SigningOption.signer(arguments, context)
        do {
            return try await publish(wanted, signedBy: signer, timeout: timeout, KafkaAccess(context))
        } catch let error as NothingToDecide {
            context.errors.line(PlainText.line("\(name): \(error)"))
            return .failed
        }
    }

    private func publish(
        _ wanted: RemediationDecision, signedBy signer: RecordSigner?, timeout: Duration, _ access: KafkaAccess
    ) async throws -> ExitCode {
        let decided = Mutex<(decision: RemediationDecision, before: RemediationResult)?>(nil)
        let newest = Mutex<RemediationResult?>(nil)
        let wait = ResultWait(access: access, id: wanted.requestId, isNew: false)
        let answer = try await wait.run(
            timeout: timeout,
            until: { result in
                guard let (decision, before) = decided.withLock({ $0 }), result.version > before.version else {
                    return false
                }
                newest.withLock { $0 = result }
                return terms.isAnswer(result, to: decision, since: before)
            },
            publish: { result in
                guard let result else { throw NothingToDecide("no result of a request \(wanted.requestId) is known") }
                try terms.check(result)
                await terms.show(result)
                var decision = wanted
                terms.complete(&decision, for: result)
                decided.withLock { [decision] in $0 = (decision, result) }
                return try await access.publish(
                    decision, key: decision.requestId, to: Topics.decisions, signedBy: signer)
            }, each: { _ in })
        guard let answer, let (decision, before) = decided.withLock({ $0 }) else {
            return reportNoEffect(wanted, timeout, newest.withLock { $0 } ?? decided.withLock { $0?.before })
        }
        return report(answer, decision, since: before)
    }

    private func report(
        _ result: RemediationResult, _ decision: RemediationDecision, since before: RemediationResult
    ) -> ExitCode {
        let why = result.detail.map { ": \($0)" } ?? ""
        guard terms.hasTakenEffect(decision, result, since: before) else {
            let reason = result.reason.map { " (\($0))" } ?? ""
            context.errors.line(
                PlainText.line(
                    "\(name): the decision did not count: request \(decision.requestId) is"
                        + " \(result.state.rawValue)\(reason)\(why)"))
            return .failed
        }
        context.output.line(PlainText.line("request \(decision.requestId) is \(result.state.rawValue)\(why)"))
        return .done
    }

    private func reportNoEffect(
        _ decision: RemediationDecision, _ timeout: Duration, _ newest: RemediationResult?
    ) -> ExitCode {
        let why = newest?.detail.map { " It says: \($0)" } ?? ""
        context.errors.line(
            PlainText.line(
                "\(name): the decision is published, but after \(timeout.components.seconds) s request"
                    + " \(decision.requestId) \(terms.unanswered). Is a remediator running? See also the dead letters."
                    + why))
        return .failed
    }
}
