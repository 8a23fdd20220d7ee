internal import CRdkafka

/// What a consumer does with records and with changes of its assignment.
///
/// All three run on the consumer's poll thread, so they need no hop and must not block; what takes time is awaited, or
/// left to tasks of one's own. While one of them awaits, polling goes on, and the others can be called.
public protocol KafkaConsumerHandler: Sendable {
    /// These partitions are ours now. Their first records are delivered when this returns; load state here.
    func assigned(_ partitions: [TopicPartition]) async

    /// These partitions are about to go (`lost`: they are gone, and somebody else may have them already). Stop work on
    /// them: what is completed within the drain time is still committed, unless they are lost. Awaited no longer than the
    /// drain time.
    func revoked(_ partitions: [TopicPartition], lost: Bool) async

    /// Records, in order within each partition. Returning quickly and completing later is the normal case: each record
    /// counts as in flight until `checkpoint.complete` was called for it. The next batch comes when this returns.
    func received(_ batch: [KafkaRecord], _ checkpoint: Checkpoint) async
}

extension KafkaConsumerHandler {
    /// Nothing to load.
    public func assigned(_ partitions: [TopicPartition]) async {}
    /// Nothing to stop.
    public func revoked(_ partitions: [TopicPartition], lost: Bool) async {}
}

/// A member of a consumer group that delivers every record at least once.
///
/// Offsets are committed up to the first record of a partition that is not completed, twice a second or every 1000
/// records, and before partitions go. Above its limits it lets the broker keep the rest, but goes on polling: its
/// membership lives however long the handler's work takes.
public final class KafkaConsumer: Sendable {
    /// Where a partition is read from when it is assigned.
    public enum Start: Sendable {
        /// From the offset that the group has committed, or else from the beginning.
        case committed
        /// From the beginning, whatever was committed.
        case beginning
    }

    /// How much a consumer holds.
    public struct Limits: Sendable {
        /// Records that the handler was given and that are not completed. As many again wait in its buffer.
        public var maxInFlight: Int
        /// The same in bytes.
        public var maxInFlightBytes: Int
        /// How far a partition may run ahead of its oldest record that is not completed, in records: so much comes again
        /// after a crash.
        public var maxSpread: Int
        /// Records that are handed over at once, at most.
        public var maxBatch: Int
        /// How long revoked partitions are held back for their records in flight. Below the group's session time-out.
        public var drain: Duration

        /// Limits that suit most services.
        public init(
            maxInFlight: Int = 1000, maxInFlightBytes: Int = 32 << 20, maxSpread: Int = 10_000, maxBatch: Int = 500,
            drain: Duration = .seconds(10)
        ) {
            self.maxInFlight = maxInFlight
            self.maxInFlightBytes = maxInFlightBytes
            self.maxSpread = maxSpread
            self.maxBatch = maxBatch
            self.drain = drain
        }
    }

    private let loop: ConsumerLoop
    private let progress: ConsumerProgress

    /// A consumer, which does nothing before `run()`.
    ///
    /// - Throws: `KafkaError` when librdkafka refuses the settings.
    public init(
        _ configuration: KafkaConfiguration, group: String, topics: [String], handler: any KafkaConsumerHandler,
        startAt start: Start = .committed, limits: Limits = Limits(), observer: KafkaObserver = KafkaObserver()
    ) throws(KafkaError) {
        let settings = configuration.consumer(group: group)
        let handle = try ClientHandle(RD_KAFKA_CONSUMER, settings, configuration, observer)
        let executor = ThreadExecutor(name: "kafka-consumer")
        progress = ConsumerProgress(limits: limits, wake: executor.nudge)
        loop = ConsumerLoop(
            executor: executor, client: ConsumerClient(handle: handle, start: start), topics: topics, handler: handler,
            progress: progress)
    }

    /// Consumes until `stop` or the task's cancellation (which stops within 10 s); then it returns, once.
    ///
    /// - Throws: `KafkaError` after a fatal error: the process should end and be started again.
    public func run() async throws(KafkaError) {
        let outcome = await withTaskCancellationHandler {
            await loop.run()
        } onCancel: {
            progress.stop(by: .now + .seconds(10))
        }
        if let error = outcome { throw error }
    }

    /// Takes no more records, waits for those in flight, commits, leaves the group and lets go of Kafka: all within
    /// `limit`, after which it returns whatever hangs. `run()` ends with it.
    public func stop(within limit: Duration = .seconds(20)) async {
        guard progress.stop(by: .now + limit) else { return }
        // A little longer than the loop's own deadline, for the case that a handler blocks the thread.
        _ = await progress.finished.wait(within: limit + .milliseconds(200))
    }

    /// Hands out no more records until `resume()`, for example while a dependency is away. Membership and commits go on.
    public func pause() {
        progress.setPaused(true)
    }

    /// Ends `pause()`.
    public func resume() {
        progress.setPaused(false)
    }

    /// What it has done and where it stands.
    public var status: ConsumerStatus { progress.status }
}

/// What a consumer has done since it was made, and where it stands.
public struct ConsumerStatus: Sendable, Hashable {
    /// Records that the handler was given.
    public var received = 0
    /// Records that were completed in time for their assignment.
    public var completed = 0
    /// Records in flight: given to the handler, not completed.
    public var inFlight = 0
    /// The same in bytes.
    public var inFlightBytes = 0
    /// Records read and not yet given to the handler.
    public var buffered = 0
    /// Commits that the group's coordinator has taken.
    public var commits = 0
    /// Commits that failed.
    public var failedCommits = 0
    /// How often an assignment came or went.
    public var rebalances = 0
    /// Whether the group has answered with an assignment, be it empty. False for long: the coordinator cannot be found.
    public var hasAssignment = false
    /// The partitions that are ours.
    public var assigned: [TopicPartition] = []
    /// How far their records are completed: the offset of the first that is not. Without those of which none was handed
    /// out yet.
    public var positions: [TopicPartition: Int64] = [:]
    /// Those of them that are paused because a limit is reached.
    public var paused: [TopicPartition] = []
    /// How long ago it polled Kafka, nil before the first time. Growing: a handler blocks the thread.
    public var sinceLastPoll: Duration?
    /// How long the oldest record in flight has been with the handler. Growing: its work is stuck.
    public var oldestInFlight: Duration?
}
