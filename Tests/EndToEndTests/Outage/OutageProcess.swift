import FoundationEssentials
import Glibc
import JSON
import Runtime
import Synchronization
import TestSupport

/// An executable of this build as a child of the test, with what it prints.
final class OutageProcess: Sendable {
    private let process: ChildProcess
    private let printed = Mutex<[String]>([])

    /// Starts it; it dies with the test.
    init(_ name: String, arguments: [String] = [], environment: [String: String]) async throws {
        let inherited = ProcessInfo.processInfo.environment.filter { key, _ in
            ["LD_LIBRARY_PATH", "TMPDIR", "ASAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"].contains(key)
        }
        process = try await ChildProcess.start(
            .init(
                executable: SandboxProcess.executable(name), arguments: arguments,
                environment: inherited.merging(environment) { $1 },
                wrapper: SandboxProcess.executable("riposte")))
        Task { for await line in process.lines { printed.withLock { $0.append(line.text) } } }
    }

    /// How it has ended; nil while it runs.
    var ending: ChildProcess.Status? { process.currentStatus }

    /// What it has printed.
    var log: [String] { printed.withLock { $0 } }

    /// The first thing that `read` finds in a line.
    func announcement<Found: Sendable>(_ read: (JSONValue) -> Found?) async throws -> Found {
        var found: Found?
        try await eventually("it says where it listens") {
            if let ending { throw SandboxFailure(description: "it ended: \(ending)\n\(log.joined(separator: "\n"))") }
            for line in log where found == nil {
                let answer: Found?? = try? withJSON(Array(line.utf8)) { (value) throws(JSONError) in read(value) }
                found = answer ?? nil
            }
            return found != nil
        }
        guard let found else { throw SandboxFailure(description: "it said nothing") }
        return found
    }

    /// Ends it without a word.
    func kill() async {
        process.signal(SIGKILL)
        _ = await process.status()
    }

    /// Asks it to end.
    func stop() async -> ChildProcess.Status { await process.terminate(grace: .seconds(30)) }
}

/// The simulated console, or threat intelligence, which can go away and come back on the same port.
actor OutageSimulator {
    private let scenario: String
    private var process: OutageProcess?
    private(set) var url = ""

    init(scenario: String) { self.scenario = scenario }

    /// Starts it: the first time on a port of the system's choice.
    func start() async throws {
        let port = url.split(separator: ":").last.map(String.init) ?? "0"
        let started = try await OutageProcess(
            "simulator", arguments: ["--port", port, "--scenario", scenario], environment: [:])
        process = started
        url = try await started.announcement { $0["console"]?.asString }
    }

    /// Ends it; nothing listens there then.
    func kill() async {
        await process?.kill()
        process = nil
    }
}
