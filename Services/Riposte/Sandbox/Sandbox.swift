internal import FoundationEssentials
internal import JSON
internal import Kafka
internal import Runtime
internal import Synchronization

/// Everything at once on this machine: the embedded broker, the simulator, the four services, and a play for them.
final class Sandbox: Sendable {
    struct Options: Sendable {
        var stays = false
        var record: String?
        var scenario: String?

        /// From the start of the first child to the last end state.
        var deadline = Duration.seconds(90)
    }

    let options: Options
    let files: SandboxFiles
    let play: Play?
    let context: CommandContext
    let style: Style
    let workspace: Workspace
    let http: SandboxHTTP
    let cluster: SandboxCluster
    private let children = Mutex<[SandboxChild]>([])

    /// Finds the files and starts the broker; no child is started yet.
    init(_ options: Options, _ context: CommandContext) throws {
        self.options = options
        self.context = context
        style = Style(context.output, environment: context.environment)
        files = try SandboxFiles(scenario: options.scenario)
        play = try files.play.map(Self.play)
        if play == nil && !options.stays {
            throw UsageError(
                "\(files.scenario) has no .play.json beside it, so nothing says when it is over: add --stay")
        }
        http = try SandboxHTTP()
        cluster = try SandboxCluster(logger: context.logger)
        // Last, for it is the only one that leaves something behind.
        workspace = try Workspace(environment: context.environment)
    }

    private static func play(_ path: String) throws -> Play {
        let bytes = try SandboxFiles.read(path)
        do throws(JSONError) {
            let play = try Play(json: bytes)
            if let mistake = play.mistake { throw JSONError(code: .invalid, offset: 0, note: mistake) }
            return play
        } catch {
            throw SandboxError("\(path): \(error)")
        }
    }

    /// Runs the play, and ends every child, however the play ends.
    func run() async throws -> ExitCode {
        let result = await Result { try await perform() }
        // Not as a part of this task: when that is cancelled, the children shall still have time to end.
        let problems = await Task { await stop(grace: .seconds(5)) }.value
        await cluster.close()
        await http.close()
        for problem in problems { context.errors.line(problem) }
        do {
            let isWell = try result.get() && problems.isEmpty
            if isWell { workspace.remove() } else { showLogs() }
            return isWell ? .done : .failed
        } catch {
            if error is CancellationError || Task.isCancelled { workspace.remove() } else { showLogs() }
            throw error
        }
    }

    /// Whether all went as expected.
    private func perform() async throws -> Bool {
        let stage = try await SandboxStage.build(self)
        return try await stage.run()
    }

    /// Starts a child that is ended with the sandbox.
    func start(
        _ name: String, arguments: [String] = [], environment: [String: String] = [:]
    ) async throws -> SandboxChild {
        let child = try await SandboxChild(
            name, executable: files.executable(name), arguments: arguments,
            environment: environment.merging(SandboxSettings.inherited(context.environment)) { own, _ in own },
            log: workspace.file("\(name).log"))
        children.withLock { $0.append(child) }
        return child
    }

    /// Ends all children at the same time; gives what did not end well.
    func stop(grace: Duration) async -> [String] {
        let running = children.withLock { children in
            defer { children = [] }
            return children
        }
        return await withTaskGroup { group in
            for child in running { group.addTask { await child.stop(grace: grace) } }
            return await group.reduce(into: []) { problems, problem in
                if let problem { problems.append(problem) }
            }
        }
    }

    /// Something failed: where the logs are, and how each ends.
    private func showLogs() {
        // Whoever stays has had time to look, and ends it with Ctrl-C.
        guard !options.stays else {
            context.errors.line("The logs are in \(workspace.path).")
            return
        }
        for name in SandboxFiles.services + ["simulator"] {
            context.errors.line("--- the end of \(workspace.file("\(name).log"))")
            for line in workspace.tail("\(name).log", lines: 8) { context.errors.line(PlainText.line(line)) }
        }
    }
}
