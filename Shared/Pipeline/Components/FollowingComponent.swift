public import Runtime
internal import Synchronization

/// Follows a topic with its service, from before the next component starts: what comes after it may rely on having the
/// topic's whole state.
public final class FollowingComponent: Component {
    /// How logs and `/readyz` call it.
    public let name: String
    private let follow: @Sendable () async throws -> Void
    private let caughtUp: @Sendable () async throws -> Void
    private let end: @Sendable () async -> Void
    private let condition: ReadinessCondition
    private let task = Mutex<Task<Void, any Error>?>(nil)

    /// Follows what these functions follow; ready once it has caught up.
    public init(
        _ name: String, readiness: Readiness, run follow: @escaping @Sendable () async throws -> Void,
        caughtUp: @escaping @Sendable () async throws -> Void, stop end: @escaping @Sendable () async -> Void
    ) {
        self.name = name
        self.follow = follow
        self.caughtUp = caughtUp
        self.end = end
        condition = readiness.condition(name)
    }

    /// The ledger, folded.
    public convenience init(_ ledger: LedgerLog, readiness: Readiness) {
        self.init(
            "ledger", readiness: readiness, run: { try await ledger.run() }, caughtUp: { try await ledger.caughtUp() },
            stop: { await ledger.stop() })
    }

    /// The halt switch.
    public convenience init(_ control: ControlWatch, readiness: Readiness) {
        self.init(
            "control", readiness: readiness, run: { try await control.run() },
            caughtUp: { try await control.caughtUp() }, stop: { await control.stop() })
    }

    /// Follows, and returns when the topic's whole state is known. While Kafka is away it waits.
    ///
    /// - Throws: What ended the following; `CancellationError`.
    public func start() async throws {
        let following = Task { [follow] in try await follow() }
        task.withLock { $0 = following }
        do {
            try await caughtUp()
        } catch {
            await end()
            // What ended the following says more than that it ended.
            if !(error is CancellationError) { try await following.value }
            throw error
        }
        condition.set(true)
    }

    /// Returns when the following ends, and throws what ended it.
    public func run() async throws { try await task.withLock { $0 }?.value }

    /// Ends the following.
    public func stop() async { await end() }
}
