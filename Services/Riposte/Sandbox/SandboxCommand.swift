internal import Runtime

/// `riposte sandbox`: shows everything at work, and proves it.
enum SandboxCommand {
    static let command = Command(
        "sandbox", summary: "Plays a scenario with an embedded broker, a simulated console and the four services.",
        discussion: """
            Nothing of it reaches beyond this machine. One line is printed for each thing that happens, and a table at
            the end; the exit code is 0 only if every request ended as expected and the console was asked for exactly
            what was expected.

            A scenario NAME.json may have beside it NAME.play.json (what is asked for from outside, and what has to come
            of it all) and NAME.policy.yaml (the response policy).

            Examples:
              riposte sandbox
              riposte sandbox --record recorded
              riposte sandbox --stay
            """,
        options: [
            .flag("stay", help: "Stay when the play is over, and say how to use it; .sandbox/env has the addresses."),
            .value("record", "DIR", help: "Keep what every topic carried, one file a topic, one JSON line a record."),
            .value("scenario", "FILE", help: "Another scenario than the demonstration."),
        ], run: { try await run($0, $1) })

    private static func run(_ arguments: CommandArguments, _ context: CommandContext) async throws -> ExitCode {

        var options = Sandbox.Options()
        options.stays = arguments.flag("stay")
        options.record = arguments.value("record")
        options.scenario = arguments.value("scenario")
        return try await Sandbox(options, context).run()
    }
}
