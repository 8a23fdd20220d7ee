internal import CRdkafka

/// Reads a whole topic from its beginning and stays at its end: the state that everyone shares.
///
/// It is a member of no group and commits nothing; its group's name is needed because librdkafka assigns no partition
/// without one. It survives every failure of the connection, and says how fresh what it has read is.
public final class KafkaFollower: Sendable {
    /// Which partitions it reads.
    public enum Partitions: Sendable, Hashable {
        /// All that the topic has when the follower begins.
        case all
        /// These.
        case some([Int32])
    }

    /// In `startAt`: behind the last record that the partition has when the follower begins. Once it has caught up, no
    /// later record escapes it.
    public static let fromNow = Int64(RD_KAFKA_OFFSET_END)

    private let loop: FollowerLoop
    private let state: FollowerState

    /// A follower, which does nothing before `run`.
    ///
    /// - Parameters:
    ///   - group: a name for the brokers' logs and access lists; nothing is ever committed for it.
    ///   - startAt: the first offset of partitions that are not read from their beginning.
    ///   - fetchWait: how long a broker without news holds an answer back. On the mock cluster also the delay of a new
    ///     record.
    ///   - queryInterval: how often the end of each partition is asked for, which is what freshness rests on.
    /// - Throws: `KafkaError` when librdkafka refuses the settings.
    public init(
        _ configuration: KafkaConfiguration, group: String, topic: String, partitions: Partitions = .all,
        startAt: [Int32: Int64] = [:], fetchWait: Duration = .milliseconds(5), queryInterval: Duration = .seconds(1),
        observer: KafkaObserver = KafkaObserver()
    ) throws(KafkaError) {
        let settings = configuration.follower(group: group, fetchWait: fetchWait)
        let handle = try ClientHandle(RD_KAFKA_CONSUMER, settings, configuration, observer)
        let executor = ThreadExecutor(name: "kafka-follower")
        state = FollowerState(wake: executor.nudge)
        let plan = FollowerPlan(
            topic: topic, partitions: partitions, startAt: startAt, queryInterval: queryInterval)
        loop = FollowerLoop(executor: executor, handle: handle, plan: plan, state: state)
    }

    /// Reads until `stop` or the task's cancellation; then it returns, once.
    ///
    /// - Parameter handle: gets the records in order, partition by partition; runs on the follower's thread and must not
    ///   block it. The next batch comes when it returns. What it throws ends the reading.
    /// - Throws: `KafkaError` after a fatal error, or what `handle` throws. Never for a connection that failed.
    public func run(_ handle: @escaping @Sendable ([KafkaRecord]) async throws -> Void) async throws {
        try await withTaskCancellationHandler {
            try await loop.run(handle)
        } onCancel: {
            state.stop()
        }
    }

    /// Waits until everything that the topic held when the follower began is handled, be that nothing.
    ///
    /// - Throws: `KafkaError` with `.closed` when the follower ends before; `CancellationError`.
    public func caughtUp() async throws {
        _ = await state.caughtUp.wait()
        guard !state.isCaughtUp else { return }
        try Task.checkCancellation()
        throw KafkaError(.closed, "the follower ended before it had caught up")
    }

    /// Whether `caughtUp` would return at once.
    public var isCaughtUp: Bool { state.isCaughtUp }

    /// Waits until the record at `offset` has been handled: reading back what one has written.
    ///
    /// - Parameter limit: how long, at most; nil for as long as it takes.
    /// - Throws: `KafkaError`: `.timedOut` after `limit`, `.closed` when the follower ends; `CancellationError`.
    public func waitUntil(partition: Int32, offset: Int64, within limit: Duration? = nil) async throws {
        let waiter = FollowerProgress.Waiter(latch: Latch(), partition: partition, offset: offset)
        guard state.add(waiter) else { return try state.check(waiter) }
        defer { state.remove(waiter) }
        if await waiter.latch.wait(within: limit) { return try state.check(waiter) }
        try Task.checkCancellation()
        throw KafkaError(.timedOut, "partition \(partition) was not read up to \(offset) within \(limit ?? .zero)")
    }

    /// How old what has been read is, at most: every record that was in the log so long ago is handled. Nil when that
    /// cannot be said, because the end of the log could not be asked for or was never reached.
    public var staleness: Duration? { state.staleness }

    /// Whether everything that was in the log `limit` ago is handled. From any thread, without waiting.
    public func isFresh(within limit: Duration) -> Bool {
        guard let staleness else { return false }
        return staleness <= limit
    }

    /// The next offset of each partition: everything before it is handled.
    public var positions: [Int32: Int64] { state.positions }

    /// How many records it has handled.
    public var recordCount: Int { state.recordCount }

    /// How long ago it polled Kafka; nil before the first time. Growing: its handler blocks the thread or hangs.
    public var sinceLastPoll: Duration? { state.sinceLastPoll }

    /// Ends `run` when the batch that is being handled is done, and waits for that, but no longer than `limit`.
    public func stop(within limit: Duration = .seconds(10)) async {
        guard state.stop() else { return }
        _ = await state.finished.wait(within: limit)
    }
}
