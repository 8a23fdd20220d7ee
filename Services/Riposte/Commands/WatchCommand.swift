internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// `riposte watch`: follows the results of requests.
enum WatchCommand {
    static let command = Command(
        "watch", summary: "Follows the results of requests as they are written.",
        discussion: """
            One line for each thing that happens, or with --json each result as one line of JSON, as its topic has it. It
            goes on until Ctrl-C.

            Examples:
              riposte watch
              riposte watch --request cli-0f3a5be1c2d49788 --from-start
              riposte watch --json --malop <GUID> | jq .state
            """,
        options: [
            .flag("json", help: "One result a line, for machines."),
            .value("request", "ID", help: "Only this request; several times for several."),
            .value("malop", "GUID", help: "Only requests of this malop; several times for several."),
            .flag("from-start", help: "Begin with the oldest result that is kept, not with the next one."),
        ], environment: { KafkaAccess.settings(reading: &$0) }, run: { try await run($0, $1) })

    private static func run(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        let filter = ResultFilter(
            requests: Set(arguments.values("request")), malops: Set(arguments.values("malop")))
        let access = try KafkaAccess(context)
        let results = try await access.follower(of: Topics.results, fromStart: arguments.flag("from-start"))
        if arguments.flag("json") {
            try await results.run { records in
                for record in records {
                    guard let line = filter.json(record) else { continue }
                    context.output.line(line)
                }
            }
        } else {
            try await watch(results, filter, access, context)
        }
        try Task.checkCancellation()
        return .done
    }

    private static func watch(
        _ results: KafkaFollower, _ filter: ResultFilter, _ access: KafkaAccess, _ context: CommandContext
    ) async throws {
        let printer = LinePrinter(
            output: context.output, style: Style(context.output, environment: context.environment), times: .ofDay)
        let watcher = ResultWatcher(filter: filter, printer: printer)
        let detections = try await access.follower(of: Topics.detections, fromStart: true)
        try await withThrowingTaskGroup { group in
            group.addTask { try await detections.run { await watcher.learn($0) } }
            group.addTask {
                // The names first, so that no line has a GUID where a name is known.
                try await detections.caughtUp()
                try await results.run { await watcher.take($0) }
            }
            _ = try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

/// Which results are wanted. Pure.
struct ResultFilter: Sendable {
    let requests: Set<String>
    let malops: Set<String>

    func wants(_ result: RemediationResult) -> Bool {
        (requests.isEmpty || requests.contains(result.requestId))
            && (malops.isEmpty || result.malopId.map(malops.contains) ?? false)
    }

    /// The result of a record if it is wanted; nil also for what is none, such as a tombstone.
    func result(_ record: KafkaRecord) -> RemediationResult? {
        guard let result = try? RecordReader.read(record, as: RemediationResult.self) else { return nil }
        return wants(result) ? result : nil
    }

    /// The record's own JSON on one line, with fields that this release does not know, if it is wanted.
    func json(_ record: KafkaRecord) -> String? {
        guard result(record) != nil, let value = record.value else { return nil }
        return (try? JSONText(value))?.compact().description
    }
}

/// Makes lines of results, with the names that detections give.
private actor ResultWatcher {
    private let filter: ResultFilter
    private let printer: LinePrinter
    private var names = NameBook()
    private var story = ResultStory(for: .watcher)

    init(filter: ResultFilter, printer: LinePrinter) {
        self.filter = filter
        self.printer = printer
    }

    func learn(_ records: [KafkaRecord]) {
        for record in records {
            if let detection = try? RecordReader.read(record, as: Detection.self) { names.learn(detection) }
        }
    }

    func take(_ records: [KafkaRecord]) {
        for record in records {
            if let result = filter.result(record) { printer.print(story.take(result, names)) }
        }
    }
}
