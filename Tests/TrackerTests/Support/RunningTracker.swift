internal import Cybereason
internal import HTTPClient
internal import JSON
internal import Kafka
internal import Pipeline
internal import Runtime
internal import TestSupport

@testable import Tracker

/// A tracker in this process.
final class RunningTracker: Sendable {
    let context: ServiceContext
    let log = LogCapture()
    private let lifecycle: Lifecycle
    private let running: Task<ExitCode, Never>

    /// Starts one on a bench and waits until it is ready.
    ///
    /// - Parameter ahead: By how much the tracker's host has a later time than everyone else.
    init(
        _ bench: TrackerBench, deadline: Duration = .seconds(60), verifyFor: Duration = .seconds(60),
        ahead: Duration = .zero
    ) async throws {
        let context = bench.deployment.context("tracker", log: log)
        self.context = context
        let lifecycle = Lifecycle(logger: context.logger, readiness: context.readiness)
        self.lifecycle = lifecycle
        var environment = Self.environment(bench.console.url, deadline)
        environment["TRACKER_VERIFY_FOR_MS"] = "\(Int(verifyFor / .milliseconds(1)))"
        var reader = ConfigurationReader(environment: environment.merging(bench.deployment.environment) { $1 })
        let configuration = TrackerConfiguration(reading: &reader)
        try reader.finish()
        let http = try HTTPClient(HTTPClientConfiguration())
        let client = TrackerBench.client(bench.console.url, http)
        let console = ConsoleSeenFromAhead(console: CybereasonConsole(client: client), ahead: ahead)
        running = Task {
            let code = await lifecycle.run {
                try Tracker.components(configuration, context, console: console) { .now() + ahead }
            }
            await http.shutdown()
            return code
        }
        do {
            try await eventually("the tracker is ready") { context.readiness.isReady }
        } catch {
            let missing = context.readiness.conditions.filter { !$0.holds }.map(\.name)
            throw Unexpected("\(error), missing \(missing): \(log.lines.suffix(20).joined(separator: "\n"))")
        }
    }

    /// The tracker's own settings, quick ones.
    static func environment(_ console: String, _ deadline: Duration) -> [String: String] {
        [
            "CYBEREASON_URL": console, "CYBEREASON_USERNAME": SimulatedConsole.user,
            "CYBEREASON_PASSWORD": SimulatedConsole.password, "TRACKER_POLL_INTERVAL_MS": "50",
            "TRACKER_MAX_POLL_INTERVAL_MS": "200", "TRACKER_DEADLINE_MS": "\(Int(deadline / .milliseconds(1)))",
        ]
    }

    /// Stops it as a signal would; 0 if it ended well.
    @discardableResult
    func stop() async -> Int32 {
        lifecycle.end(.requested)
        return await running.value.rawValue
    }

    func condition(_ name: String) -> Readiness.Condition? {
        context.readiness.conditions.first { $0.name == name }
    }

    /// The value of a metric, by its line's beginning.
    func metric(_ name: String) -> Double? {
        let line = context.metrics.render().split(separator: "\n").first { $0.hasPrefix("riposte_" + name + " ") }
        return line?.split(separator: " ").last.flatMap { Double($0) }
    }
}

/// The console as a host sees it whose clock is ahead.
private struct ConsoleSeenFromAhead: RemediationConsole {
    let console: CybereasonConsole
    let ahead: Duration

    var clockDifference: Duration? { console.clockDifference.map { $0 - ahead } }

    func progress(of remediation: ConsoleRemediation) async throws(ConsoleError) -> RemediationReport? {
        try await console.progress(of: remediation)
    }

    func abort(_ remediation: ConsoleRemediation) async -> RemediationOutcome { await console.abort(remediation) }

    func processes(_ guids: [String]) async throws(ConsoleError) -> ElementStates<ProcessState> {
        try await console.processes(guids)
    }

    func files(_ guids: [String]) async throws(ConsoleError) -> ElementStates<FileState> {
        try await console.files(guids)
    }

    func machines(_ guids: [String]) async throws(ConsoleError) -> ElementStates<MachineState> {
        try await console.machines(guids)
    }

    func quarantinedCopies(of files: [String]) async throws(ConsoleError) -> [String: QuarantineSearch] {
        try await console.quarantinedCopies(of: files)
    }
}
