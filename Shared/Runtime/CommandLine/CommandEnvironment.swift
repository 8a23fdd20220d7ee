/// What the help of a command line says of the environment.
enum CommandEnvironment {
    /// The keys that these commands read, each once, and those that every command reads.
    static func help(of commands: [Command]) -> String {
        var reader = ConfigurationReader(environment: [:])
        for command in commands { command.environment(&reader) }
        _ = reader.choice(
            "LOG_LEVEL", "Log lines below it are not written to standard error", default: LogLevel.warning)
        _ = reader.optional("NO_COLOR", "Set to anything, it keeps colours away", .string)
        return reader.help(titled: "Environment")
    }
}
