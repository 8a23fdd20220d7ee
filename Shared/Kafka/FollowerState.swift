/// What a follower, its thread, the thread that asks for ends, and those who wait know together.
final class FollowerState: Sendable {
    private struct State {
        var progress = FollowerProgress()
        var lastPoll: ContinuousClock.Instant?
        var isStopping = false
        var hasBegun = false
    }

    /// Opens when the follower has caught up, or ends.
    let caughtUp = Latch()
    /// Opens when `run` has ended.
    let finished = Latch()
    private let wake: @Sendable () -> Void
    private let state = Monitor(State())

    init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    // MARK: For the owner

    var isCaughtUp: Bool { state.withLock { $0.progress.isCaughtUp } }
    var positions: [Int32: Int64] { state.withLock { $0.progress.positions } }
    var recordCount: Int { state.withLock { $0.progress.records } }
    var staleness: Duration? { state.withLock { $0.progress.hasEnded ? nil : $0.progress.fresh }?.duration(to: .now) }
    var sinceLastPoll: Duration? { state.withLock { $0.lastPoll }?.duration(to: .now) }

    func add(_ waiter: FollowerProgress.Waiter) -> Bool { state.withLock { $0.progress.add(waiter) } }
    func remove(_ waiter: FollowerProgress.Waiter) { state.withLock { $0.progress.remove(waiter.latch) } }

    func check(_ waiter: FollowerProgress.Waiter) throws(KafkaError) {
        guard state.withLock({ $0.progress.isHandled(waiter) }) else {
            throw KafkaError(.closed, "the follower ended before it had read so far")
        }
    }

    /// Asks the threads to end; says whether there are any.
    @discardableResult
    func stop() -> Bool {
        let hasBegun = state.withLock { state in
            state.isStopping = true
            return state.hasBegun
        }
        state.signal()
        wake()
        if !hasBegun { end() }
        return hasBegun
    }

    // MARK: For the threads

    /// Whether the loop may begin: once, and not after `stop`.
    func begin() -> Bool {
        state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun && !state.isStopping
        }
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Blocks the calling thread, which must be our own; says whether the follower is stopping.
    func pause(for duration: Duration) -> Bool {
        state.wait(until: .now + duration) { $0.isStopping ? true : nil } ?? false
    }

    func follow(_ partitions: [Int32]) {
        state.withLock { $0.progress.begin(partitions) }
    }

    func polled() {
        let now = ContinuousClock.now
        state.withLock { $0.lastPoll = now }
    }

    func foundEnd(_ end: Int64, of partition: Int32, asked: ContinuousClock.Instant) {
        tell { $0.foundEnd(end, of: partition, asked: asked) }
    }

    func handled(upTo position: Int64, of partition: Int32, records: Int) {
        tell { $0.handled(upTo: position, of: partition, records: records) }
    }

    /// Nothing more will be read.
    func end() {
        state.withLock { $0.isStopping = true }
        state.signal()
        tell { $0.end() }
        caughtUp.open()
        finished.open()
    }

    private func tell(_ change: (inout FollowerProgress) -> [Latch]) {
        let (latches, isCaughtUp) = state.withLock { state in
            let latches = change(&state.progress)
            return (latches, state.progress.isCaughtUp)
        }
        for latch in latches { latch.open() }
        if isCaughtUp, !caughtUp.isOpen { caughtUp.open() }
    }
}
