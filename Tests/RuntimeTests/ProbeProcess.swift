import FoundationEssentials
import Glibc
import JSON
import Runtime
import TestSupport

/// A running `RuntimeProbe`, and what it has printed so far.
struct ProbeProcess: Sendable {
    let child: ChildProcess
    private let printed = Collector<ChildProcess.Line>()
    private let reader: Task<Void, Never>

    /// Starts the probe as a service.
    static func service(
        _ behaviour: String = "well", in component: String = "second", deadline: Int = 25_000,
        environment: [String: String] = [:], arguments: [String] = []
    ) async throws -> ProbeProcess {
        let own = [
            "PROBE_KIND": "service", "PROBE_BEHAVIOUR": behaviour, "PROBE_COMPONENT": component,
            "PROBE_DEADLINE_MS": "\(deadline)", "HTTP_PORT": "0",
        ]
        return try await ProbeProcess(arguments, environment: own.merging(environment) { $1 })
    }

    /// Starts the probe as a command line.
    static func command(_ arguments: String..., environment: [String: String] = [:]) async throws -> ProbeProcess {
        try await ProbeProcess(arguments, environment: environment)
    }

    /// Starts the probe as a service that is the first process of its own process namespace, as in a container.
    static func container(_ behaviour: String) async throws -> ProbeProcess {
        let own = [
            "PROBE_KIND": "service", "PROBE_BEHAVIOUR": behaviour, "PROBE_COMPONENT": "second", "HTTP_PORT": "0",
        ]
        return try await ProbeProcess(
            ["-Urpf", "--kill-child", "--mount-proc", executable], of: "/usr/bin/unshare", environment: own)
    }

    /// Whether this machine lets a process have a namespace of its own.
    static func mayContain() async -> Bool {
        let attempt = try? await ChildProcess.start(
            ChildProcess.Configuration(
                executable: "/usr/bin/unshare", arguments: ["-Urpf", "--mount-proc", "/bin/true"], environment: [:],
                wrapper: Self.executable))
        return await attempt?.status() == .exited(0)
    }

    private init(
        _ arguments: [String], of executable: String = Self.executable, environment: [String: String]
    ) async throws {
        let environment = environment.merging(Self.loaderSettings) { own, _ in own }
        child = try await ChildProcess.start(
            ChildProcess.Configuration(
                executable: executable, arguments: arguments, environment: environment, wrapper: Self.executable))
        let (child, printed) = (child, printed)
        reader = Task { for await line in child.lines { printed.append(line) } }
    }

    /// Beside the test runner, where the package's executables are built.
    static let executable: String = {
        let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let runner = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? link
        return (runner.split(separator: "/").dropLast().map { "/\($0)" } + ["/RuntimeProbe"]).joined()
    }()

    /// What a sanitizer or an unusual toolchain needs to load the probe at all.
    private static let loaderSettings = ProcessInfo.processInfo.environment.filter { key, _ in
        ["LD_LIBRARY_PATH", "ASAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"].contains(key)
    }

    /// Everything on standard output so far.
    var output: [String] { printed.items.filter { $0.source == .output }.map(\.text) }
    /// Everything on standard error so far.
    var errors: [String] { printed.items.filter { $0.source == .errors }.map(\.text) }

    /// The `component` of the log lines that say `message`, in their order.
    func components(_ message: String) -> [String] {
        output.filter { self.field("message", of: $0) == message }.compactMap { self.field("component", of: $0) }
    }

    /// Whether a log line says `message`.
    func says(_ message: String) -> Bool { output.contains { field("message", of: $0) == message } }

    /// Waits for a log line that says `message`.
    func until(_ message: String) async throws {
        try await eventually("the probe says '\(message)'") {
            if child.currentStatus != nil, !says(message) { throw DidNotHappenHere("ended early: \(output) \(errors)") }
            return says(message)
        }
    }

    /// The port of the health server.
    func port() async throws -> UInt16 {
        try await until("http server listening")
        let line = output.first { field("message", of: $0) == "http server listening" } ?? ""
        let port = try withJSON(Array(line.utf8)) { root throws(JSONError) in root["http.port"]?.asInt64 }
        return UInt16(clamping: port ?? 0)
    }

    /// How it ended, with everything that it printed in `output` and `errors`.
    func status() async -> ChildProcess.Status {
        let status = await child.status()
        await reader.value
        return status
    }

    func field(_ key: String, of line: String) -> String? {
        try? withJSON(Array(line.utf8)) { root throws(JSONError) in root[named: key]?.asString }
    }
}

struct DidNotHappenHere: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
