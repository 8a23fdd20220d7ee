import Runtime

/// A command that is run to its end.
enum CommandRun {
    /// The command line of the product; its words go to `take`.
    static func riposte(
        _ arguments: [String], _ settings: ChaosSettings, _ options: ChaosOptions,
        _ take: @Sendable (String) -> Void = { _ in }
    ) async throws -> ChildProcess.Status {
        try await run(
            "\(options.executables)/riposte", arguments, settings.kafka.merging(["USER": "chaos"]) { $1 }, take)
    }

    static func shell(_ command: String, _ options: ChaosOptions) async throws -> ChildProcess.Status {
        // What it starts outlives it, so it has our streams and no pipe that we would wait for.
        try await run("/bin/sh", ["-c", "(\(command)) >/dev/null 2>&1"], options.environment) { _ in }
    }

    static func run(
        _ executable: String, _ arguments: [String], _ environment: [String: String],
        _ take: @Sendable (String) -> Void
    ) async throws -> ChildProcess.Status {
        let process = try await ChildProcess.start(
            .init(executable: executable, arguments: arguments, environment: environment))
        for await line in process.lines { take(line.text) }
        return await process.status()
    }
}
