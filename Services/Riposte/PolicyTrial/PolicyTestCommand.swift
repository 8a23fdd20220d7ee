internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Policy
internal import Runtime
internal import Synchronization

/// `riposte policy test`: what a policy would do, and what is other than with the running one.
enum PolicyTestCommand {
    static let command = Command(
        "policy test", summary: "Shows which requests a policy would make of detections, and what is other than now.",
        discussion: """
            The detections are those that the topic of enriched detections holds, or those of a file: one a line, as
            'riposte sandbox --record' and 'jq -c' write them. Each line is an action that would be asked for: how far it
            would go, what it is, the rule, the malop, and which words of the policy have it so. It is compared with the
            policy that POLICY_FILE names, or the one of --against: + is new, - is gone, ~ goes further or less far.

            Nothing is published. Machines are judged by what the detections tell of them, where a remediator also asks the
            console; caps by the hour are not tried; and RIPOSTE_MODE, which binds every request, is taken to be enforce.

            Examples:
              riposte policy test new.yaml --last 500
              riposte policy test new.yaml --against policy.yaml --since 168h
              riposte policy test new.yaml --detections recorded/detections.enriched.ndjson
            """,
        arguments: [.required("FILE")],
        options: [
            .value("detections", "FILE", help: "Detections of a file, - for standard input; else those of Kafka."),
            .value("last", "N", help: "Only the N newest of them."),
            .value("since", "TIME", help: "Only those since then: 2026-11-22T10:00:00Z, or a span as 15m or 168h."),
            .value("against", "FILE", help: "The policy to compare with; that of POLICY_FILE unless given."),
        ],
        environment: { reader in
            _ = reader.optional("POLICY_FILE", "The running policy, that FILE is compared with", .path)
            KafkaAccess.settings(reading: &reader)
        }, run: { try await run($0, $1) })

    /// Bytes; more than anybody would keep of detections in one file.
    private static let largestFile = 1 << 30

    private static func run(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        let file = arguments.positional.first ?? ""
        let running = arguments.value("against") ?? context.environment["POLICY_FILE"]
        let count = try arguments.value("last", .int(in: 1...10_000_000))
        let since = try arguments.value("since").map { text throws(UsageError) in try time(text) }
        let policies: (new: ResponsePolicy, running: ResponsePolicy?)
        do throws(PolicyError) {
            policies.new = try ResponsePolicy(contentsOf: file)
            policies.running = try running.flatMap { $0.isEmpty ? nil : $0 }
                .map { path throws(PolicyError) in try ResponsePolicy(contentsOf: path) }
        } catch {
            return PolicyCommands.complain(error, context)
        }
        let all = try await detections(arguments.value("detections"), context)
        report(policies, RecordedDetections.newest(all, count, since: since), running, context)
        return .done
    }

    private static func report(
        _ policies: (new: ResponsePolicy, running: ResponsePolicy?), _ detections: [EnrichedDetection],
        _ runningFile: String?, _ context: CommandContext
    ) {
        let trial = PolicyTrial(policies.new, on: detections)
        var report = PolicyTrialReport(trial, detections: detections.count)
        if let running = policies.running {
            report = PolicyTrialReport(
                trial, detections: detections.count, against: PolicyTrial(running, on: detections))
            let changes = policies.new.changes(since: running)
            let words = changes.isEmpty ? "says the same" : changes.joined(separator: "; ")
            context.output.line(PlainText.line("against \(runningFile ?? ""): \(words)"))
        }
        for line in report.lines { context.output.line(PlainText.line(line)) }
        context.output.line(PlainText.line(report.summary))
    }

    private static func time(_ text: String) throws(UsageError) -> Timestamp {
        if let time = Timestamp(rfc3339: text) { return time }
        if let span = RequestForm.duration(text) { return .now() - span }
        throw UsageError(
            "--since: '\(text)' is not allowed. Allowed: a time as 2026-11-22T10:00:00Z, or a span as 90s, 15m or 2h")
    }

    // MARK: - Detections

    private static func detections(_ file: String?, _ context: CommandContext) async throws -> [EnrichedDetection] {
        guard let file else { return try await live(KafkaAccess(context)) }
        let recorded = RecordedDetections(try await InputFile.read(file, limit: largestFile))
        for problem in recorded.problems { context.errors.line(PlainText.line("\(file): \(problem)")) }
        guard !recorded.detections.isEmpty || recorded.problems.isEmpty else {
            throw UsageError("\(file) has no enriched detection on any of its lines")
        }
        return recorded.detections
    }

    /// Those of the topic. What is no detection is the dead letters' business.
    private static func live(_ access: KafkaAccess) async throws -> [EnrichedDetection] {
        _ = try await access.partitions(of: Topics.enrichedDetections)
        let found = Mutex<[EnrichedDetection]>([])
        try await KafkaReader.read(
            access.connection.settings.kafka, group: KafkaAccess.followerGroup,
            topic: access.connection.name(of: Topics.enrichedDetections)
        ) { records in
            let read = records.compactMap { try? RecordReader.read($0, as: EnrichedDetection.self) }
            found.withLock { $0 += read }
        }
        return found.withLock { $0 }
    }
}
