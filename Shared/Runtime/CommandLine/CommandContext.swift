/// What a command works with.
public struct CommandContext: Sendable {
    /// Where its results go.
    public let output: TextOutput
    /// Where everything else goes: progress, mistakes.
    public let errors: TextOutput
    /// Writes to standard error.
    public let logger: Logger
    /// The environment.
    public let environment: [String: String]

    /// A context; a test makes one to run a command by itself.
    public init(output: TextOutput, errors: TextOutput, logger: Logger, environment: [String: String]) {
        self.output = output
        self.errors = errors
        self.logger = logger
        self.environment = environment
    }
}
