import FoundationEssentials
import Glibc
import Runtime
import Synchronization

/// Runs the harness itself as a child where it brings the broker along: librdkafka's mock cluster ends its process by an
/// assertion now and then, when a stalled member of a group comes back on another connection. Such a run says nothing
/// of anything, and is begun anew.
enum Supervisor {
    private static let mark = "CHAOS_SUPERVISED"
    private static let runs = 4

    /// Whether this process is to look after another one.
    static func isNeeded(_ environment: [String: String]) -> Bool {
        environment[mark] == nil && (environment["KAFKA_BOOTSTRAP_SERVERS"] ?? "").isEmpty
    }

    /// Runs the harness until a run comes to its end; its exit code.
    static func run(_ options: ChaosOptions, _ out: TextOutput) async throws -> Int32 {
        var environment = options.environment
        environment[mark] = "1"
        // Also a seed that was not given stays the same.
        environment["CHAOS_SEED"] = "\(options.seed)"
        for turn in 1...runs {
            let isBrokersFault = Mutex(false)
            let process = try await ChildProcess.start(
                .init(executable: ChildProcess.Configuration.thisExecutable, environment: environment))
            for await line in process.lines {
                if line.text.contains("rdkafka_mock") {
                    isBrokersFault.withLock { $0 = true }
                } else {
                    out.line(line.text)
                }
            }
            let status = await process.status()
            guard status == .signalled(SIGABRT), isBrokersFault.withLock({ $0 }) else { return status.code }
            out.line("chaos: the embedded broker has ended itself; run \(turn) says nothing, and is begun anew")
        }
        throw ChaosError("the embedded broker has ended itself \(runs) times")
    }
}
