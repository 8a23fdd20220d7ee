/// One thing that a command line can do.
public struct Command: Sendable {
    /// What it does with the arguments; the process ends with the returned code.
    ///
    /// TERM and INT cancel its task. When it then throws, the process ends with 128 and the signal's number.
    public typealias Run = @Sendable (CommandArguments, CommandContext) async throws -> ExitCode

    /// The words that choose it: `request`, `policy check`; none for what a program does without a command.
    let words: [String]
    let summary: String
    let discussion: String
    let arguments: [CommandArgument]
    let options: [CommandOption]
    let environment: Environment
    let run: Run

    /// Declares the keys of the environment that the command reads, for its help.
    public typealias Environment = @Sendable (inout ConfigurationReader) -> Void

    /// A command called `name`, of one word or two; an empty name is for the program itself.
    public init(
        _ name: String, summary: String, discussion: String = "", arguments: [CommandArgument] = [],
        options: [CommandOption] = [], environment: @escaping Environment = { _ in }, run: @escaping Run
    ) {
        words = name.split(separator: " ").map(String.init)
        self.summary = summary
        self.discussion = discussion
        self.arguments = arguments
        self.options = options
        self.environment = environment
        self.run = run
    }

    /// Its name as it is typed.
    var name: String { words.joined(separator: " ") }

    /// Sorts what was typed behind the name into options and arguments, and counts these.
    func parse(_ typed: some Collection<String>) throws(UsageError) -> CommandArguments {
        var parser = CommandParser(options: options)
        try parser.parse(Array(typed))
        let given = parser.arguments.positional
        for (index, argument) in arguments.enumerated() where argument.count == .one && index >= given.count {
            throw UsageError("<\(argument.name)> is missing")
        }
        if given.count > arguments.count, arguments.last?.count != .any {
            throw UsageError("unexpected argument '\(given[arguments.count])'")
        }
        return parser.arguments
    }

    /// What `--help` prints.
    func help(program: String) -> String {
        let parts = [program] + words + (options.isEmpty ? [] : ["[options]"]) + arguments.map(\.usage)
        var text = "usage: \(parts.joined(separator: " "))\n\n\(summary)\n"
        if !discussion.isEmpty { text += "\n\(discussion)\n" }
        if !options.isEmpty { text += "\nOptions:\n" }
        for option in options { text += "  \(option.usage)\n          \(option.help)\n" }
        return text + "\n" + CommandEnvironment.help(of: [self])
    }
}
