internal import FoundationEssentials
internal import Glibc

extension CommandProgram {
    /// Runs the process's own arguments; the process ends in it.
    ///
    /// The first TERM or INT cancels the command, and so does a reader of its output that goes away (`| head`); a signal
    /// more than a second after it ends the process at once. `LOG_LEVEL` sets what is logged to standard error: warnings by default.
    public func main() -> Never {
        ChildProcess.becomeChildIfAsked()
        TerminationSignals.block()
        let environment = ProcessInfo.processInfo.environment
        let interruption = OneShot<Int32>()
        let context = CommandContext(
            output: TextOutput.standardOutput.notifying { interruption.set(SIGPIPE) }, errors: .standardError,
            logger: Logger(label: name, level: logLevel(environment), sink: .standardError), environment: environment)
        let command = Task.detached {
            let code = await run(Array(Swift.CommandLine.arguments.dropFirst()), context)
            if let signal = interruption.current, code == .failed { ExitCode.signal(signal).endProcess() }
            code.endProcess()
        }
        Task.detached {
            _ = await interruption.get()
            command.cancel()
        }
        TerminationSignals.serve {
            interruption.set($0)
        } forced: { signal in
            context.errors.line("\(name): ended by force: \(TerminationSignals.name(signal)) came a second time")
        }
    }

    /// What is no level here is complained about by whatever reads it as a setting.
    private func logLevel(_ environment: [String: String]) -> LogLevel {
        environment["LOG_LEVEL"].flatMap(LogLevel.init(rawValue:)) ?? .warning
    }
}
