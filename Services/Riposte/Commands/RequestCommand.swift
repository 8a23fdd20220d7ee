internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// `riposte request`: publishes a request, and with `--wait` follows it to its end.
enum RequestCommand {
    static let command = Command(
        "request", summary: "Asks for actions on a machine, and with --wait follows them to their end.",
        discussion: """
            Publishes a request, which passes the same guardrails as any other: whether it is really sent depends on the
            mode of the installation. With --wait the exit code is 0 if it ended SUCCEEDED or OBSERVED, else 1. When
            Kafka is away it is 75, and nothing was published unless the message says so.

            With --sign it is signed with that key, whose id the policy of the installation knows; it gets an id and a time
            until which it may be sent, which belong to what is signed.

            A body is either Riposte's own form or exactly the body of the console's POST /rest/remediate.

            Examples:
              riposte request --machine <GUID> --action KILL_PROCESS:<GUID> --malop <GUID> --wait
              riposte request --machine <GUID> --action QUARANTINE_FILE:<GUID> --dry-run --reason "what would happen?"
              riposte request --body request.json --wait --timeout 5m
              riposte request --body request.json --sign ~/.riposte/soar.pem --key-id soar
              curl -s https://soar.example/next | riposte request --body -
            """,
        options: options,
        environment: {
            KafkaAccess.settings(reading: &$0); CommandArguments.declarePerson(&$0)
        }, run: { try await run($0, $1) })

    private static let options: [CommandOption] = [
        .value("machine", "GUID", help: "The machine to act on."),
        .value("action", "ACTION:TARGET", help: "What to do to which item, by its GUID; several times for several."),
        .value("malop", "GUID", help: "The malop that it belongs to; none is needed."),
        .value("reason", "TEXT", help: "Why, for the results and whoever approves."),
        .value("user", "NAME", help: "Who asks; $USER or this account unless given."),
        .value("not-after", "TIME", help: "Not sent after this time, as 2026-11-22T10:00:00Z; one hour unless given."),
        .value("expires-in", "SPAN", help: "The same as a span from now: 90s, 15m, 2h, or plain seconds."),
        .flag("dry-run", help: "Check everything and send nothing."),
        .value("body", "FILE", help: "The request as JSON instead of these; - is standard input."),
        .value("id", "ID", help: "The request's id; one is made unless given. The same id twice is the same request."),
        SigningOption.key, SigningOption.keyID,
        .flag("wait", "w", help: "Follow it to its end."),
        .value("timeout", "SPAN", help: "With --wait: give up after so long, with exit code 1; as --expires-in."),
    ]

    private static func run(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        let timeout = try arguments.value("timeout").map { text throws(UsageError) in
            try RequestForm.duration("timeout", text)
        }
        if timeout != nil, !arguments.flag("wait") { throw UsageError("--timeout is for --wait") }
        var request = try await request(arguments, context)
        let isNew = request.requestId == nil
        let id = request.requestId ?? newID()
        request.requestId = id
        request.requestedAt = request.requestedAt ?? .now()
        let signer = try SigningOption.signer(arguments, context)
        if signer != nil { request.notAfter = request.notAfter ?? .now() + SigningOption.expiry }
        let access = try KafkaAccess(context)
        guard arguments.flag("wait") else {
            let place = try await access.publish(request, key: id, to: Topics.requests, signedBy: signer)
            context.output.line(
                PlainText.line("request \(id) published (\(place.topic)[\(place.partition)]@\(place.offset))"))
            return .done
        }
        let printer = LinePrinter(
            output: context.output, style: Style(context.output, environment: context.environment), times: .ofDay)
        let wait = ResultWait(access: access, id: id, isNew: isNew, mayBeRefusedElsewhere: true)
        let published = request
        let end = try await wait.run(timeout: timeout) { _ in
            let place = try await access.publish(published, key: id, to: Topics.requests, signedBy: signer)
            context.output.line(PlainText.line("request \(id) published"))
            return place
        } each: { lines in
            printer.print(lines)
        }
        guard let end else {
            let seconds = timeout?.components.seconds ?? 0
            context.errors.line("riposte request: no end within \(seconds) s; the request goes on")
            return .failed
        }
        return end.state.isSuccess ? .done : .failed
    }

    /// The request that the arguments ask for, with its id if it has one.
    static func request(
        _ arguments: CommandArguments, _ context: CommandContext, now: Timestamp = .now()
    ) async throws -> RemediationRequest {
        var request: RemediationRequest
        if let path = arguments.value("body") {
            let others = ["machine", "action", "malop", "reason", "user", "not-after", "expires-in", "dry-run"]
            if let other = others.first(where: arguments.flag) {
                throw UsageError("--\(other) and --body: the body says it all")
            }
            let bytes = try await InputFile.read(path, limit: RecordReader.largestMessage)
            request = try RequestBody.request(bytes, source: path == "-" ? "standard input" : path)
        } else {
            let user = await arguments.person("user", context)
            request = try RequestForm.request(arguments, user: user, now: now)
        }
        guard let id = arguments.value("id") else { return request }
        if let own = request.requestId, own != id { throw UsageError("--id: the body has another requestId, \(own)") }
        guard !id.isEmpty else { throw UsageError("--id is empty") }
        request.requestId = id
        return request
    }

    /// An id that nobody else has made: 64 random bits.
    static func newID() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return "cli-" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
