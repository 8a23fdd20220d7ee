internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime
internal import Signing

/// `riposte undo`: takes back what of an ended request can be taken back.
enum UndoCommand {
    static let command = Command(
        "undo", summary: "Takes back what an ended request has done: quarantines and isolations.",
        discussion: """
            Reads the request's result and publishes a request that takes its actions back: UNQUARANTINE_FILE of the
            quarantined copy, whose GUID stands in the result (actions[].undo), or UNISOLATE_MACHINE. It passes the same
            guardrails as any other. What cannot be taken back is said action by action: a process that was ended, a
            registry entry that was deleted, a quarantine whose copy was not certainly found, what was not done.

            The request's id is made of the undone one's: undoing it twice is one request, unless the first came to
            nothing (REFUSED, DENIED, EXPIRED, OBSERVED or FAILED), then it is asked for once more.

            Code 0: it is published, or was before; with --wait: it ended SUCCEEDED (or OBSERVED). Code 1: nothing can be
            taken back, the request is not known or has not ended, or the undo ended otherwise.

            Examples:
              riposte undo ticket-4711 --wait
              riposte undo ticket-4711 --reason "false alarm" --by oncall@example.com
            """,
        arguments: [.required("request")], options: options,
        environment: {
            KafkaAccess.settings(reading: &$0); CommandArguments.declarePerson(&$0)
        }, run: { try await run($0, $1) })

    private static let options: [CommandOption] = [
        .value("reason", "TEXT", help: "Why, for the results and whoever approves."),
        .value("by", "NAME", help: "Who asks; $USER or this account unless given."),
        SigningOption.key, SigningOption.keyID,
        .flag("wait", "w", help: "Follow it to its end."),
        .value("timeout", "SPAN", help: "With --wait: give up after so long, with exit code 1; as 90s, 15m or 2h."),
    ]

    private static func run(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        let timeout = try arguments.value("timeout").map { text throws(UsageError) in
            try RequestForm.duration("timeout", text)
        }
        if timeout != nil, !arguments.flag("wait") { throw UsageError("--timeout is for --wait") }
        let signer = try SigningOption.signer(arguments, context)
        let id = arguments.positional[0]
        let person = await arguments.person("by", context)
        let access = try KafkaAccess(context)
        let shelf = ResultShelf(access: access)
        guard let result = try await shelf.newest([id])[id] else {
            return complain("no result of a request \(id) is known", context)
        }
        guard result.state.isEnd else {
            return complain("request \(id) is \(result.state.rawValue): only what has ended can be undone", context)
        }
        let plan = UndoPlan(result, by: person, reason: arguments.value("reason"))
        for left in plan.left {
            context.output.line(PlainText.line("not undone: \(left.target): \(left.words)"))
        }
        guard !plan.steps.isEmpty else {
            return complain("request \(id) is \(result.state.rawValue): nothing of it can be undone", context)
        }
        let known = try await shelf.newest(Set(plan.steps.flatMap(\.ids)))
        let run = UndoRun(
            access: access, context: context, signer: signer, waits: arguments.flag("wait"), timeout: timeout)
        var isDone = true
        for step in plan.steps where try await !run.take(step, known) { isDone = false }
        return isDone ? .done : .failed
    }

    private static func complain(_ words: String, _ context: CommandContext) -> ExitCode {
        context.errors.line(PlainText.line("riposte undo: \(words)"))
        return .failed
    }
}

/// Publishes what an undo asks for, and follows it if that is wanted.
private struct UndoRun {
    let access: KafkaAccess
    let context: CommandContext
    let signer: RecordSigner?
    let waits: Bool
    let timeout: Duration?

    /// Whether it went well, as far as that is waited for.
    func take(_ step: UndoPlan.Step, _ known: [String: RemediationResult]) async throws -> Bool {
        let last = step.ids.last { known[$0] != nil }
        let standing = last.flatMap { known[$0] }.flatMap { $0.mayBeAskedAgain ? nil : $0 }
        guard let id = standing?.requestId ?? step.ids.first(where: { known[$0] == nil }) else {
            context.errors.line("riposte undo: it was asked for \(step.ids.count) times, and came to nothing each time")
            return false
        }
        for target in step.undone { context.output.line(PlainText.line("undo of \(target)")) }
        if let standing {
            context.output.line(PlainText.line("request \(id) is for that already: \(standing.state.rawValue)"))
            if standing.state.isEnd { return standing.state.isSuccess }
        }
        var request = step.request
        request.requestId = id
        request.requestedAt = .now()
        if signer != nil { request.notAfter = .now() + SigningOption.expiry }
        let isNew = standing == nil
        guard waits else {
            if isNew { try await publish(request) }
            return true
        }
        return try await follow(request, isNew: isNew)
    }

    @discardableResult
    private func publish(_ request: RemediationRequest) async throws -> RecordPosition {
        let id = request.requestId ?? ""
        let place = try await access.publish(request, key: id, to: Topics.requests, signedBy: signer)
        context.output.line(
            PlainText.line("request \(id) published (\(place.topic)[\(place.partition)]@\(place.offset))"))
        return place
    }

    private func follow(_ request: RemediationRequest, isNew: Bool) async throws -> Bool {
        let id = request.requestId ?? ""
        let printer = LinePrinter(
            output: context.output, style: Style(context.output, environment: context.environment), times: .ofDay)
        let wait = ResultWait(access: access, id: id, isNew: isNew, mayBeRefusedElsewhere: true)
        let end = try await wait.run(timeout: timeout) { _ in
            isNew ? try await publish(request) : nil
        } each: { lines in
            printer.print(lines)
        }
        guard let end else {
            let seconds = timeout?.components.seconds ?? 0
            context.errors.line("riposte undo: no end within \(seconds) s; request \(id) goes on")
            return false
        }
        return end.state.isSuccess
    }
}

extension RemediationResult {
    /// Whether it ended without having done anything, so that it may be asked for once more.
    fileprivate var mayBeAskedAgain: Bool {
        switch state {
        case .refused, .denied, .expired, .observed, .failed, .aborted: true
        default: false
        }
    }
}
