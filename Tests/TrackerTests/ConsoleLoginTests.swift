internal import Runtime
internal import TestSupport
internal import Testing

@testable import Tracker

@Suite("A tracker with nothing to follow", .kafka)
struct ConsoleLoginTests {
    /// Runs a tracker that makes its own connection to the console.
    private static func run(
        _ bench: TrackerBench, _ more: [String: String], _ body: (ServiceContext) async throws -> Void
    ) async throws {
        let context = bench.deployment.context("tracker", log: LogCapture())
        let environment = RunningTracker.environment(bench.console.url, .seconds(60)).merging(more) { $1 }
        var reader = ConfigurationReader(environment: environment.merging(bench.deployment.environment) { $1 })
        let configuration = TrackerConfiguration(reading: &reader)
        try reader.finish()
        let lifecycle = Lifecycle(logger: context.logger, readiness: context.readiness)
        let running = Task { await lifecycle.run { try Tracker.components(configuration, context) } }
        let result = await Result { () async throws in try await body(context) }
        lifecycle.end(.requested)
        #expect(await running.value == .done)
        try result.get()
    }

    @Test("says that its password is wrong, after one login")
    func wrongPassword() async throws {
        try await TrackerBench.run { bench in
            try await Self.run(bench, ["CYBEREASON_PASSWORD": "wrong"]) { context in
                try await eventually("the others hold") {
                    context.readiness.conditions.allSatisfy { $0.holds || $0.name == "console-login" }
                }
                try await eventually("the refusal shows") {
                    context.readiness.condition("console-login", contains: "badCredentials")
                }
                #expect(!context.readiness.isReady)
                #expect(bench.console.logins == 1)
            }
        }
    }

    @Test("says that the console is away, and waits for nothing else")
    func away() async throws {
        try await TrackerBench.run { bench in
            try await Self.run(bench, ["CYBEREASON_URL": "http://127.0.0.1:1"]) { context in
                try await eventually("it says so") { context.readiness.condition("console", contains: "connect") }
                try await eventually("the others hold") {
                    context.readiness.conditions.allSatisfy { $0.holds || $0.name == "console" }
                }
            }
        }
    }
}

extension Readiness {
    fileprivate func condition(_ name: String, contains words: String) -> Bool {
        conditions.contains { $0.name == name && !$0.holds && $0.reason?.contains(words) == true }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
