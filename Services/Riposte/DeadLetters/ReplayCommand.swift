internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// `riposte dead-letters replay`: puts records that could not be used at the end of their topic again.
enum ReplayCommand {
    static let command = Command(
        "dead-letters replay", summary: "Gives records that no service could use to their services once more.",
        discussion: """
            For when the cause is mended: a service was too old for them, Kafka took no record so large, a decision came
            before its request. A copy with the same key, bytes and headers is put at the end of the same partition,
            marked with the place of the first (header riposte-replay-of). By that mark it keeps the first's identity:
            a request has the same id and expires when the first would have, so that nothing is done twice, however
            often it is replayed, and also if the first was not dead after all.

            What a replay cannot do: change an end. A request that was answered REFUSED stays so; send a new one. What
            still cannot be used becomes a dead letter again, under its new place, with its first one in it.

            A letter is compared with what stands at its origin. A record that its topic does not keep any more is
            replayed from the letter with --unverified alone. Nothing is replayed where a newer record of the same key
            counts, nor to the ledger, the results, the reputations and the control topic.

            The exit code is 1 if there is one that was to be replayed and is not.

            Examples:
              riposte dead-letters replay riposte.detections/3/42
              riposte dead-letters replay --reason unknown-version --dry-run
              riposte dead-letters replay --topic remediation.decisions --since 2h
            """,
        arguments: [.rest("ORIGIN")],
        options: LetterFilter.options + [
            .flag("all", help: "All that there are; needed where nothing else says which."),
            .flag("dry-run", help: "Say what would be replayed, and replay nothing."),
            .flag("unverified", help: "Also what its topic does not keep any more, as its letter has it."),
        ], environment: { KafkaAccess.settings(reading: &$0) }, run: { try await run($0, $1) })

    private static func run(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        let access = try KafkaAccess(context)
        let filter = try filter(arguments, access)
        let letters = try await access.letters(filter, whole: false)
        let printer = ReplayPrinter(context, isDryRun: arguments.flag("dry-run"))
        let missing = filter.places.subtracting(letters.map(\.place))
        for place in missing.sorted() { printer.failed(place, "there is no dead letter of it") }
        let replay = Replay(
            access: access, isDryRun: arguments.flag("dry-run"), trusts: arguments.flag("unverified"), printer: printer)
        try await replay.run(letters)
        return printer.finish()
    }

    private static func filter(
        _ arguments: CommandArguments, _ access: KafkaAccess
    ) throws(UsageError) -> LetterFilter {
        let filter = try LetterFilter(arguments, prefix: access.connection.settings.prefix, now: .now())
        let isNamed = !filter.places.isEmpty
        if isNamed, filter.picksByKind || arguments.flag("all") {
            throw UsageError("ORIGIN and options that pick others: give one of them")
        }
        guard isNamed || filter.picksByKind || arguments.flag("all") else {
            throw UsageError("which ones? Give each ORIGIN, or --topic, --reason, --service or --since, or --all")
        }
        return filter
    }
}
