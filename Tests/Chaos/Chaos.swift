import FoundationEssentials
import Glibc
import Runtime

/// Proves delivery: real services, a console with faults, requests, crashes and stalls at the worst moments; then a judge
/// of its own reads the topics and the console's journal.
///
/// The last line is `chaos: seed=… requests=… kills=… parked=… violations=…`; the exit code is 0 only without a violation.
@main
struct Chaos {
    static func main() async {
        ChildProcess.becomeChildIfAsked()
        // The judge's pipe or a service may be gone when it is written to.
        signal(SIGPIPE, SIG_IGN)
        let out = TextOutput.standardOutput
        do {
            let options = try ChaosOptions(environment: ProcessInfo.processInfo.environment)
            if Supervisor.isNeeded(options.environment) { exit(try await Supervisor.run(options, out)) }
            let run = try ChaosRun(options, out)
            exit(await run.perform() ? 0 : 1)
        } catch {
            out.line("chaos: \(error)")
            exit(64)
        }
    }
}

/// The run cannot begin, or go on.
struct ChaosError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
