/// What a consumer and its handlers know together: the assignment, the records in flight, what may be committed. Any
/// thread may ask and tell.
final class ConsumerProgress: Sendable {
    fileprivate struct State {
        var watermarks: [TopicPartition: PartitionWatermark] = [:]
        /// Rises whenever an assignment begins or ends; completions of another one are ignored.
        var generation = 0
        /// Rises whenever the offsets of a partition go back; completions from before mean other records.
        var epoch = 0
        /// The epoch in which the offsets of a partition went back last.
        var restarts: [TopicPartition: Int] = [:]
        var counters = ConsumerStatus()
        var lastPoll: ContinuousClock.Instant?
        var sinceCommit = 0
        var isPaused = false
        var wakesForRoom = false
        var isDraining = false
        var stopDeadline: ContinuousClock.Instant?
        var hasBegun = false

        var inFlight: Int { watermarks.values.reduce(0) { $0 + $1.inFlight } }
        var inFlightBytes: Int { watermarks.values.reduce(0) { $0 + $1.inFlightBytes } }
    }

    let limits: KafkaConsumer.Limits
    /// Opens when `run` has ended.
    let finished = Latch()
    private let wake: @Sendable () -> Void
    private let state = Monitor(State())

    /// - Parameter wake: interrupts the loop's wait.
    init(limits: KafkaConsumer.Limits, wake: @escaping @Sendable () -> Void) {
        self.limits = limits
        self.wake = wake
    }

    // MARK: Told by handlers and the owner

    func complete(_ records: some Sequence<KafkaRecord>, _ generation: Int, _ epoch: Int) {
        let mustWake = state.withLock { state in
            guard state.generation == generation else { return false }
            for record in records where state.restarts[record.topicPartition, default: 0] <= epoch {
                guard state.watermarks[record.topicPartition]?.complete(record.offset) == true else { continue }
                state.counters.completed += 1
                state.sinceCommit += 1
            }
            return state.takeWake(limits)
        }
        if mustWake { wake() }
    }

    var generation: Int { state.withLock { $0.generation } }

    func setPaused(_ isPaused: Bool) {
        state.withLock { $0.isPaused = isPaused }
        wake()
    }

    /// Asks the loop to end; says whether there is one that will.
    @discardableResult
    func stop(by deadline: ContinuousClock.Instant) -> Bool {
        let hasBegun = state.withLock { state in
            state.stopDeadline = min(state.stopDeadline ?? deadline, deadline)
            return state.hasBegun
        }
        wake()
        return hasBegun
    }

    // MARK: Told and asked by the loop

    /// Whether the loop may begin: once, and not after `stop`.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun && state.stopDeadline == nil
        }
    }

    var stopDeadline: ContinuousClock.Instant? { state.withLock { $0.stopDeadline } }

    /// An assignment begins.
    func assign(_ partitions: [TopicPartition]) {
        state.withLock { state in
            state.generation += 1
            state.counters.rebalances += 1
            state.counters.hasAssignment = true
            state.watermarks = Dictionary(partitions.map { ($0, PartitionWatermark()) }) { first, _ in first }
            state.restarts = [:]
        }
    }

    /// The assignment ends: from now on completions are ignored.
    func endAssignment() {
        state.withLock { state in
            state.generation += 1
            state.counters.rebalances += 1
            state.counters.hasAssignment = false
            state.watermarks = [:]
            state.isDraining = false
        }
    }

    /// Whether the owner allows handing out, and how many records and bytes there is room for. Without room the loop is
    /// woken when there is.
    func room() -> (records: Int, bytes: Int)? {
        state.withLock { state in
            guard !state.isPaused else { return nil }
            let room = (limits.maxInFlight - state.inFlight, limits.maxInFlightBytes - state.inFlightBytes)
            guard room.0 > 0, room.1 > 0 else {
                state.wakesForRoom = true
                return nil
            }
            return room
        }
    }

    /// Notes records that are handed out, and makes the checkpoint for them.
    func handOut(_ batch: RecordBatch) -> Checkpoint {
        let now = ContinuousClock.now
        return state.withLock { state in
            state.counters.received += batch.records.count
            for record in batch.records { state.handOut(record, at: now) }
            return Checkpoint(progress: self, generation: state.generation, epoch: state.epoch)
        }
    }

    /// Whether everything that was handed out is completed. Once asked, the loop is woken when it is.
    func isDrained() -> Bool {
        state.withLock { state in
            state.isDraining = true
            return state.inFlight == 0
        }
    }

    /// How far each partition runs ahead of its oldest record that is not completed.
    var spreads: [TopicPartition: Int] { state.withLock { $0.watermarks.mapValues(\.spread) } }

    /// The offsets that are to be committed.
    func uncommitted() -> [TopicPartition: Int64] {
        state.withLock { $0.watermarks.compactMapValues(\.uncommitted) }
    }

    /// Whether so much is completed that a commit should not wait.
    var isCommitUrgent: Bool { state.withLock { $0.sinceCommit >= ConsumerProgress.commitBatch } }

    /// A commit was sent.
    func commitSent() {
        state.withLock { $0.sinceCommit = 0 }
    }

    /// The answer to a commit.
    func committed(_ offsets: [TopicPartition: Int64], failed: Bool) {
        state.withLock { state in
            for (partition, offset) in offsets { state.watermarks[partition]?.commit(offset) }
            if failed { state.counters.failedCommits += 1 } else { state.counters.commits += 1 }
        }
    }

    func polled(buffered: Int, paused: [TopicPartition]) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.lastPoll = now
            state.counters.buffered = buffered
            state.counters.paused = paused
        }
    }

    var status: ConsumerStatus {
        let now = ContinuousClock.now
        return state.withLock { state in
            var status = state.counters
            status.inFlight = state.inFlight
            status.inFlightBytes = state.inFlightBytes
            status.assigned = state.watermarks.keys.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
            status.positions = state.watermarks.compactMapValues(\.position)
            status.sinceLastPoll = state.lastPoll.map { $0.duration(to: now) }
            status.oldestInFlight = state.watermarks.values.compactMap(\.oldest).min().map { $0.duration(to: now) }
            return status
        }
    }

    static let commitBatch = 1000
}

extension ConsumerProgress.State {
    fileprivate mutating func handOut(_ record: KafkaRecord, at now: ContinuousClock.Instant) {
        let partition = record.topicPartition
        guard watermarks[partition]?.handOut(record.offset, bytes: record.size, at: now) == true else { return }
        epoch += 1
        restarts[partition] = epoch
    }

    /// Whether the loop has to hear of completions now: there is room again that it waited for (an eighth of the limit, so
    /// that it is not woken for each record), the drain is complete, or a commit is due.
    fileprivate mutating func takeWake(_ limits: KafkaConsumer.Limits) -> Bool {
        if isDraining, inFlight == 0 { return true }
        if sinceCommit == ConsumerProgress.commitBatch { return true }
        guard wakesForRoom, inFlight * 8 <= limits.maxInFlight * 7 else { return false }
        guard inFlightBytes * 8 <= limits.maxInFlightBytes * 7 else { return false }
        wakesForRoom = false
        return true
    }
}
