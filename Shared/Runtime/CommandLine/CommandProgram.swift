/// A command line of several commands.
///
/// ```swift
/// static func main() {
///     CommandProgram(
///         name: "riposte", summary: "Watches and directs the responses.",
///         commands: [
///             Command("request", summary: "Publishes a request.", options: [.flag("wait", help: "Follow it.")]) {
///                 arguments, context in
///                 try await publish(arguments, context)
///             }
///         ]
///     ).main()
/// }
/// ```
public struct CommandProgram: Sendable {
    let name: String
    let summary: String
    let version: String
    let commands: [Command]

    /// A program with these commands. One of an empty name is what it does when no command is named.
    public init(name: String, summary: String, version: String = ProductVersion.current, commands: [Command]) {
        self.name = name
        self.summary = summary
        self.version = version
        self.commands = commands
    }

    /// Runs what the arguments ask for.
    ///
    /// - Returns: The command's code; 64 for wrong arguments, 78 for a wrong configuration, 75 when something needed is
    ///   away, else 1 for an error, which is printed.
    public func run(_ arguments: [String], _ context: CommandContext) async -> ExitCode {
        switch choose(arguments) {
        case .overview(let prefix):
            context.output.write(overview(prefix))
            return .done
        case .version:
            context.output.line("\(name) \(version)")
            return .done
        case .wrong(let reason, let prefix):
            context.errors.write("\(name): \(reason)\n\n\(overview(prefix))")
            return .usage
        case .help(let command):
            context.output.write(command.help(program: name))
            return .done
        case .run(let command, let typed):
            return await run(command, typed, context)
        }
    }

    private func run(_ command: Command, _ typed: [String], _ context: CommandContext) async -> ExitCode {
        do {
            return try await command.run(command.parse(typed), context)
        } catch let error as UsageError {
            let hint = ([name] + command.words + ["--help"]).joined(separator: " ")
            context.errors.write("\(([name] + command.words).joined(separator: " ")): \(error)\nSee: \(hint)\n")
            return .usage
        } catch is CancellationError {
            return .failed
        } catch {
            context.errors.write("\(name): \(error)\n")
            return ExitCode(of: error)
        }
    }
}

extension CommandProgram {
    /// What the arguments ask for.
    enum Choice {
        case overview(prefix: [String])
        case version
        case help(Command)
        case run(Command, [String])
        case wrong(String, prefix: [String])
    }

    /// The command with the most words that the arguments begin with.
    func choose(_ arguments: [String]) -> Choice {
        var typed = arguments
        var wantsHelp = false
        if typed.first == "help" {
            typed.removeFirst()
            wantsHelp = true
        }
        if typed == ["--version"] { return .version }
        let named = commands.filter { !$0.words.isEmpty && typed.starts(with: $0.words) }
        if let command = named.max(by: { $0.words.count < $1.words.count }) {
            let rest = Array(typed.dropFirst(command.words.count))
            return wantsHelp || asksForHelp(rest) ? .help(command) : .run(command, rest)
        }
        return chooseUnnamed(typed, wantsHelp: wantsHelp)
    }

    /// No command's words are there: a group's (`policy`), the program's own command, or a mistake.
    private func chooseUnnamed(_ typed: [String], wantsHelp: Bool) -> Choice {
        if let group = typed.first, commands.contains(where: { $0.words.count > 1 && $0.words.first == group }) {
            let rest = Array(typed.dropFirst())
            if wantsHelp || asksForHelp(rest) { return .overview(prefix: [group]) }
            let reason = rest.first.map { "unknown command '\(group) \($0)'" } ?? "'\(group)' needs a command"
            return .wrong(reason, prefix: [group])
        }
        if let own = commands.first(where: { $0.words.isEmpty }) {
            return wantsHelp || asksForHelp(typed) ? .help(own) : .run(own, typed)
        }
        guard let first = typed.first else {
            return wantsHelp ? .overview(prefix: []) : .wrong("no command", prefix: [])
        }
        if ["--help", "-h"].contains(first) { return .overview(prefix: []) }
        return .wrong("unknown command '\(first)'", prefix: [])
    }

    private func asksForHelp(_ typed: [String]) -> Bool {
        typed.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
    }

    /// The commands that begin with `prefix`, with what they do.
    private func overview(_ prefix: [String]) -> String {
        let shown = commands.filter { $0.words.starts(with: prefix) }
        let width = shown.map(\.name.count).max() ?? 0
        let lines = shown.map { command in
            "  \(command.name)\(String(repeating: " ", count: width - command.name.count))   \(command.summary)\n"
        }
        let usage = ([name] + prefix + ["<command> [options]"]).joined(separator: " ")
        return "\(name): \(summary)\n\nusage: \(usage)\n\n\(lines.joined())\n"
            + "'\(name) help <command>' says more about one.\n\n"
            + "Exit codes: 0 done, 1 failed, 64 wrong arguments, 75 something needed is away, 78 wrong configuration,\n"
            + "130 or 143 interrupted by INT or TERM.\n\n" + CommandEnvironment.help(of: shown)
    }
}
