internal import FoundationEssentials
internal import Glibc

/// The `main` of a service.
///
/// ```swift
/// @main
/// struct Detector {
///     static func main() {
///         ServiceProgram.main(
///             name: "detector", summary: "Finds detections that the platform failed to stop.",
///             configuration: DetectorConfiguration.self
///         ) { configuration, context in
///             try Detector.components(configuration, context)
///         }
///     }
/// }
/// ```
///
/// As the first process of a container it starts itself as a child and looks after that: signals are handed on, and it
/// ends as the child does.
///
/// The process understands `--help`, `--version` and `healthcheck`. It ends with 0 after TERM or INT, 1 after a failure,
/// 64 for wrong arguments, 70 when stopping takes longer than the deadline, 75 when something that it needs is away, 78
/// for a wrong configuration, and at once with 128 and the signal's number after a second signal that comes more than a
/// second after the first.
public enum ServiceProgram {
    /// Runs the service; the process ends in it.
    ///
    /// - Parameters:
    ///   - name: The service's name in logs, metrics and `--help`.
    ///   - summary: What the service does: a sentence.
    ///   - version: What `--version` prints.
    ///   - configuration: The settings to read from the environment.
    ///   - deadline: How long stopping may take, below the grace period of whatever stops the process.
    ///   - components: Makes the service's parts, in the order in which they start.
    public static func main<Configuration: ServiceConfiguration>(
        name: String, summary: String, version: String = ProductVersion.current,
        configuration: Configuration.Type, deadline: Duration = .seconds(25),
        components: @escaping @Sendable (Configuration, ServiceContext) async throws -> [any Component]
    ) -> Never {
        ChildProcess.becomeChildIfAsked()
        FirstProcess.standIn()
        TerminationSignals.block()
        let environment = ProcessInfo.processInfo.environment
        let description = ServiceDescription(name: name, summary: summary, version: version)
        switch ServiceArguments(Swift.CommandLine.arguments.dropFirst()) {
        case .run: break
        case .help:
            var reader = description.reader([:])
            _ = ServiceSettings<Configuration>(reading: &reader)
            TextOutput.standardOutput.write(description.help(reader))
            ExitCode.done.endProcess()
        case .version:
            TextOutput.standardOutput.write("\(name) \(version)\n")
            ExitCode.done.endProcess()
        case .healthcheck(let question): healthcheck(question, environment).endProcess()
        case .wrong(let argument):
            TextOutput.standardError.write("\(name): unknown argument '\(argument)'\n\(description.usage)\n")
            ExitCode.usage.endProcess()
        }
        let settings: ServiceSettings<Configuration> = readSettings(description, environment)
        run(description, settings, environment, deadline, components)
    }

    /// The settings, or the end of the process: the problems for people on standard error, and as one line in the log.
    private static func readSettings<Configuration>(
        _ description: ServiceDescription, _ environment: [String: String]
    ) -> ServiceSettings<Configuration> {
        var reader = description.reader(environment)
        let settings = ServiceSettings<Configuration>(reading: &reader)
        let logger = Logger(label: description.name, level: settings.logLevel).named("configuration")
        do {
            try reader.finish()
        } catch {
            logger.error("configuration refused", ["problems": .strings(error.problems)])
            TextOutput.standardError.write("\(description.name): \(error)\n")
            ExitCode.configuration.endProcess()
        }
        for warning in reader.warnings { logger.warning("configuration is suspicious", [.reason: .string(warning)]) }
        return settings
    }

    private static func run<Configuration>(
        _ description: ServiceDescription, _ settings: ServiceSettings<Configuration>, _ environment: [String: String],
        _ deadline: Duration,
        _ components: @escaping @Sendable (Configuration, ServiceContext) async throws -> [any Component]
    ) -> Never {
        let logger = Logger(label: description.name, level: settings.logLevel)
        let context = ServiceContext(
            name: description.name, version: description.version, logger: logger, environment: environment)
        context.metrics.registerProcess(service: description.name, version: description.version)
        logger.info(
            "service starting",
            [
                .instance: .string(context.instance), .version: .string(description.version),
                .sourceRevision: .string(ProductVersion.revision),
            ])
        let lifecycle = Lifecycle(logger: logger, readiness: context.readiness, deadline: deadline) { step in
            // What hangs may be whoever reads our log: the process does not wait for that.
            DetachedThread.start("last-words") {
                logger.error("shutdown hung", ["step": .string(step), .duration: .milliseconds(deadline)])
                _exit(ExitCode.hung.rawValue)
            }
            MonotonicClock.block(for: .seconds(1))
            _exit(ExitCode.hung.rawValue)
        }
        Task.detached {
            let code = await lifecycle.run {
                let health = HealthServer(context: context, port: settings.port)
                return [health] + (try await components(settings.service, context))
            }
            logger.info("service stopped", ["exit.code": .int(code.rawValue)])
            code.endProcess()
        }
        TerminationSignals.serve {
            lifecycle.end(.signal($0))
        } forced: { signal in
            logger.error(
                "service ended by force: a second signal came before it had stopped",
                [
                    .signal: .string(TerminationSignals.name(signal)),
                    "exit.code": .int(ExitCode.signal(signal).rawValue),
                ])
        }
    }

    private static func healthcheck(_ question: HealthProbe.Question, _ environment: [String: String]) -> ExitCode {
        var reader = ConfigurationReader(environment: environment)
        let port = ServiceSettings<NoConfiguration>(reading: &reader).port
        guard port != 0 else {
            TextOutput.standardError.write(
                "healthcheck: HTTP_PORT is 0, so that the service's port is only in its log: set HTTP_PORT\n")
            return .failed
        }
        switch HealthProbe.check(question, port: port) {
        case .success: return .done
        case .failure(let failure):
            TextOutput.standardError.write("healthcheck: \(failure.reason)\n")
            return .failed
        }
    }
}
