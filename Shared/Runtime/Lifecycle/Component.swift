/// A part of a service that is started, runs, and is stopped.
///
/// Components are started in their order, one after the other, then all run at the same time; they are stopped one at a
/// time in the reverse order. So a component may use those before it from its `start()` to the end of its `run()`.
public protocol Component: Sendable {
    /// How logs call it.
    var name: String { get }

    /// Makes everything ready. When it throws, the components started before are stopped and the process ends: with code
    /// 75 after `DependencyUnavailable`, with the code of another `ExitCodeError`, else with 1. A `start()` that throws
    /// has cleaned up by itself: `stop()` is not called. Its task is cancelled when the process is told to end.
    func start() async throws

    /// Works as long as the service does. Returning before `stop()` was called ends the service with code 1.
    func run() async throws

    /// Ends the work: `run()` returns soon after. What was accepted is finished, as far as it takes seconds;
    /// ``StopTime`` says how many there are. When this has
    /// returned, the task of `run()` is cancelled and waited for.
    func stop() async
}

extension Component {
    /// Nothing to make ready.
    public func start() async throws {}

    /// Nothing to do but to be there.
    public func run() async throws { await Suspension.untilCancelled() }

    /// Nothing to end: `run()` heeds its cancellation.
    public func stop() async {}
}

/// Waiting for nothing else.
enum Suspension {
    static func untilCancelled() async {
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        for await _ in stream {}
        withExtendedLifetime(continuation) {}
    }
}
