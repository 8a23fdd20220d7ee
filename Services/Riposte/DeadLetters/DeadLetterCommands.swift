internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// `riposte dead-letters list` and `riposte dead-letters show`.
enum DeadLetterCommands {
    static let list = Command(
        "dead-letters list", summary: "Lists the records that no service could use, the newest last.",
        discussion: """
            One line each: where the record stands, who could not use it, why, since when, and the first words of what is
            wrong with it. With --json each letter as one line of JSON, as its topic has it.

            Examples:
              riposte dead-letters list
              riposte dead-letters list --reason unknown-version --since 2h
              riposte dead-letters list --json --topic remediation.requests | jq -r '.value | @base64d'
            """,
        options: LetterFilter.options + [
            .value("limit", "N", help: "No more than the N newest; \(shown) unless given, with --json all."),
            .flag("json", help: "One letter a line, for machines."),
        ], environment: { KafkaAccess.settings(reading: &$0) }, run: { try await list($0, $1) })

    static let show = Command(
        "dead-letters show", summary: "Shows all that is known of a record that no service could use.",
        discussion: """
            ORIGIN is where the record stands, as list shows it; the topic may be named without its prefix. The value is
            shown as text where it is text. The exit code is 1 if there is no dead letter of it.

            Example:
              riposte dead-letters show riposte.remediation.requests/3/42
            """,
        arguments: [.required("ORIGIN")], options: [.flag("json", help: "As its topic has it, for machines.")],
        environment: { KafkaAccess.settings(reading: &$0) }, run: { try await show($0, $1) })

    /// How many lines a person gets who does not say.
    private static let shown = 100

    private static func list(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        let isJSON = arguments.flag("json")
        let limit = try arguments.value("limit", .int(in: 1...10_000_000)) ?? (isJSON ? Int.max : shown)
        let access = try KafkaAccess(context)
        let filter = try LetterFilter(arguments, prefix: access.connection.settings.prefix, now: .now())
        let letters = try await access.letters(filter, whole: isJSON)
        let newest = letters.suffix(limit)
        let lines = isJSON ? newest.compactMap { $0.text?.description } : LetterText.lines(newest.map(\.event))
        for line in lines { context.output.line(line) }
        if newest.count < letters.count {
            context.errors.line("the newest \(newest.count) of \(letters.count) dead letters; --limit shows more")
        }
        return .done
    }

    private static func show(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {
        let access = try KafkaAccess(context)
        let filter = try LetterFilter(arguments, prefix: access.connection.settings.prefix, now: .now())
        let letters = try await access.letters(filter, whole: true)
        guard !letters.isEmpty else {
            context.errors.line(PlainText.line("no dead letter of \(arguments.positional.joined())"))
            return .failed
        }
        for (index, letter) in letters.enumerated() {
            if arguments.flag("json") {
                if let text = letter.text { context.output.line(text.description) }
                continue
            }
            if index > 0 { context.output.line() }
            for line in LetterText.whole(letter.event) { context.output.line(line) }
        }
        return .done
    }
}
