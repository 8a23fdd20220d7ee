import TestSupport
import Testing

@testable import Runtime

@Suite("Lifecycle")
struct LifecycleTests {
    private let events = Collector<String>()
    private let readiness = Readiness()

    private struct Failure: Error {}

    /// A component that notes what is done to it.
    private struct Noting: Component {
        let name: String
        let events: Collector<String>
        var onStart: @Sendable () async throws -> Void = {}
        var onRun: @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(3600)) }
        var onStop: @Sendable () async -> Void = {}

        func start() async throws {
            events.append("start \(name)")
            try await onStart()
        }
        func run() async throws {
            defer { events.append("end \(name)") }
            try await onRun()
        }
        func stop() async {
            events.append("stop \(name)")
            await onStop()
        }
    }

    private func component(_ name: String) -> Noting { Noting(name: name, events: events) }

    private func lifecycle(deadline: Duration? = nil, hung: @escaping @Sendable (String) -> Void = { _ in })
        -> Lifecycle
    {
        Lifecycle(logger: Logger(label: "test", sink: .none), readiness: readiness, deadline: deadline, hung: hung)
    }

    /// Runs components until all are started, ends them by `cause`, and gives the exit code.
    private func run(
        _ components: [any Component], thenEnd cause: Lifecycle.Cause = .requested
    ) async throws -> ExitCode {
        let lifecycle = lifecycle()
        async let code = lifecycle.run { components }
        try await eventually("started") { readiness.isReady }
        lifecycle.end(cause)
        return await code
    }

    @Test("the components share the time that there is for the end; without a deadline each has what it likes")
    func sharedTime() async throws {
        let shares = Collector<Duration>()
        var component = component("a")
        component.onStop = { shares.append(StopTime.share(atMost: .seconds(3600), leaving: .seconds(1))) }
        for deadline in [Duration.seconds(30), nil] {
            let lifecycle = lifecycle(deadline: deadline)
            async let code = lifecycle.run { [component] in [component, component] }
            try await eventually("both are started") { readiness.isReady || events.count > 0 }
            lifecycle.end(.requested)
            #expect(await code == .done)
        }
        #expect(shares.items.prefix(2).allSatisfy { $0 <= .seconds(27) && $0 > .seconds(1) })
        #expect(shares.items.dropFirst(2).allSatisfy { $0 == .seconds(3600) })
    }

    @Test("what a component gets for its end: what it likes, what the others leave, and never nothing")
    func shares() {
        let now = ContinuousClock.now
        func share(_ left: Duration, _ limit: Duration, leaving rest: Duration) -> Duration {
            StopTime.$end.withValue(now + left) { StopTime.share(atMost: limit, leaving: rest, at: now) }
        }
        #expect(share(.seconds(23), .seconds(7), leaving: .seconds(12)) == .seconds(7))
        #expect(share(.seconds(16), .seconds(7), leaving: .seconds(12)) == .seconds(4))
        #expect(share(.seconds(12), .seconds(7), leaving: .seconds(12)) == StopTime.least)
        #expect(share(.seconds(-1), .seconds(7), leaving: .zero) == StopTime.least)
        #expect(share(.seconds(1), .milliseconds(10), leaving: .seconds(1)) == .milliseconds(10))
    }

    @Test("components start in order and stop in reverse, each to the end of its run")
    func order() async throws {
        #expect(try await run([component("a"), component("b"), component("c")], thenEnd: .signal(15)) == .done)
        #expect(
            events.items == [
                "start a", "start b", "start c", "stop c", "end c", "stop b", "end b", "stop a", "end a",
            ])
    }

    @Test("when the third fails to start, the first two are stopped and the process fails")
    func startFails() async {
        var third = component("c")
        third.onStart = { throw Failure() }
        let components = [component("a"), component("b"), third, component("d")]
        #expect(await lifecycle().run { components } == .failed)
        #expect(events.items == ["start a", "start b", "start c", "stop b", "stop a"])
        #expect(!readiness.isReady)
    }

    @Test("an error says with which code the process ends")
    func codes() async {
        var away = component("a")
        away.onStart = { throw DependencyUnavailable("kafka", reason: "no broker") }
        let components = [away]
        #expect(await lifecycle().run { components } == .unavailable)
        #expect(await lifecycle().run { throw ConfigurationError(problems: ["KEY: wrong"]) } == .configuration)
        #expect(await lifecycle().run { throw Failure() } == .failed)
    }

    @Test("a component that ends by itself ends the service, as a failure")
    func ends() async {
        var short = component("b")
        short.onRun = {}
        let components = [component("a"), short]
        #expect(await lifecycle().run { components } == .failed)
        #expect(events.items.contains("stop a"))
    }

    @Test("a component that fails while it is stopped makes a failure of a clean end")
    func failsLate() async throws {
        var late = component("b")
        late.onRun = {
            try? await Task.sleep(for: .seconds(3600))
            throw Failure()
        }
        #expect(try await run([component("a"), late]) == .failed)
        #expect(events.items.suffix(2) == ["stop a", "end a"])
    }

    @Test("not ready is said before the first stop, and for ever")
    func readinessFirst() async throws {
        var noting = component("a")
        noting.onStop = { [events, readiness] in events.append("ready \(readiness.isReady)") }
        let components = [noting]
        #expect(try await run(components) == .done)
        #expect(events.items.contains("ready false"))
        #expect(!readiness.isReady && readiness.isStopping)
    }

    @Test("the end interrupts a start that waits, and what had started is stopped")
    func endDuringStart() async throws {
        var waiting = component("b")
        waiting.onStart = { try await Task.sleep(for: .seconds(3600)) }
        let components = [component("a"), waiting, component("c")]
        let lifecycle = lifecycle()
        async let code = lifecycle.run { components }
        try await eventually("b starts") { events.items.contains("start b") }
        #expect(!readiness.isReady)
        lifecycle.end(.signal(15))
        #expect(await code == .done)
        #expect(events.items == ["start a", "start b", "stop a"])
    }

    @Test("only the first cause counts")
    func firstCause() async throws {
        var noting = component("a")
        let lifecycle = lifecycle()
        noting.onStop = { lifecycle.end(.failed(component: "x", Failure())) }
        let components = [noting]
        async let code = lifecycle.run { components }
        try await eventually("started") { readiness.isReady }
        lifecycle.end(.requested)
        #expect(await code == .done)
    }

    @Test("what hangs past the deadline is named", arguments: ["stop", "run"])
    func hangs(_ where: String) async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        let steps = Collector<String>()
        var hanging = component("b")
        let wait: @Sendable () async -> Void = { await Task { for await _ in gate {} }.value }
        if `where` == "stop" { hanging.onStop = wait } else { hanging.onRun = wait }
        let components = [component("a"), hanging]
        let lifecycle = lifecycle(deadline: .seconds(1)) { step in steps.append(step) }
        async let code = lifecycle.run { components }
        try await eventually("started") { readiness.isReady }
        lifecycle.end(.requested)
        try await eventually("the watchdog speaks") { steps.count == 1 }
        #expect(steps.items == [`where` == "stop" ? "stop of b" : "run of b, after its stop"])
        open.finish()
        _ = await code
    }

    @Test("an end in time is not called hung")
    func endsInTime() {
        let steps = Collector<String>()
        let watchdog = ShutdownWatchdog(deadline: .seconds(3600)) { steps.append($0) }
        watchdog.expire { "early" }
        watchdog.disarm()
        watchdog.expire { "late" }
        #expect(steps.items == ["early"])
    }
}
