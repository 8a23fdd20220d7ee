/// How far a follower has read, and who waits for what. A pure value: what is to be done is returned.
struct FollowerProgress: Sendable {
    /// The end of a partition's log, as it was at some time.
    private struct Mark {
        let asked: ContinuousClock.Instant
        let end: Int64
    }

    private struct Partition {
        /// The next offset: everything below is handled. Nil as long as nothing is known.
        var position: Int64?
        /// The end when the follower began.
        var firstEnd: Int64?
        /// Ends that were seen and are not yet reached, oldest first.
        var unreached: [Mark] = []
        /// When the newest end that is reached was asked for.
        var fresh: ContinuousClock.Instant?

        mutating func settle() {
            guard let position else { return }
            while let mark = unreached.first, mark.end <= position {
                fresh = mark.asked
                unreached.removeFirst()
            }
        }

        var isCaughtUp: Bool {
            guard let position, let firstEnd else { return false }
            return position >= firstEnd
        }
    }

    /// Who waits for a record to be handled.
    struct Waiter: Sendable {
        let latch: Latch
        let partition: Int32
        let offset: Int64
    }

    private var partitions: [Int32: Partition] = [:]
    private var waiters: [Waiter] = []
    private(set) var records = 0
    private(set) var isCaughtUp = false
    private(set) var hasEnded = false

    /// The partitions are known now.
    mutating func begin(_ partitions: [Int32]) {
        for partition in partitions where self.partitions[partition] == nil {
            self.partitions[partition] = Partition()
        }
    }

    /// A query, begun at `asked`, has found the end of a partition. Gives who need not wait any more.
    mutating func foundEnd(_ end: Int64, of partition: Int32, asked: ContinuousClock.Instant) -> [Latch] {
        guard var state = partitions[partition] else { return [] }
        if state.firstEnd == nil { state.firstEnd = end }
        // The oldest mark is the one that is reached first; far behind, those in the middle say nothing more.
        if state.unreached.count >= 64 { state.unreached.remove(at: 32) }
        state.unreached.append(Mark(asked: asked, end: end))
        state.settle()
        partitions[partition] = state
        return settle()
    }

    /// Everything before `position` is handled. Gives who need not wait any more.
    mutating func handled(upTo position: Int64, of partition: Int32, records count: Int) -> [Latch] {
        records += count
        partitions[partition]?.position = position
        partitions[partition]?.settle()
        return settle()
    }

    /// Adds someone who waits; false when it is not necessary.
    mutating func add(_ waiter: Waiter) -> Bool {
        guard !hasEnded, !isHandled(waiter) else { return false }
        waiters.append(waiter)
        return true
    }

    /// Removes someone who gave up.
    mutating func remove(_ latch: Latch) {
        waiters.removeAll { $0.latch === latch }
    }

    /// Nothing more will be read. Gives everyone who waits.
    mutating func end() -> [Latch] {
        hasEnded = true
        defer { waiters = [] }
        return waiters.map(\.latch)
    }

    /// Whether a record is handled.
    func isHandled(_ waiter: Waiter) -> Bool {
        guard let position = partitions[waiter.partition]?.position else { return false }
        return position > waiter.offset
    }

    /// The time at which everything that was in the log then is certainly handled by now; nil if there is none.
    var fresh: ContinuousClock.Instant? {
        guard !partitions.isEmpty else { return nil }
        let times = partitions.values.map(\.fresh)
        return times.contains(nil) ? nil : times.compactMap { $0 }.min()
    }

    /// The next offset of each partition.
    var positions: [Int32: Int64] { partitions.compactMapValues(\.position) }

    private mutating func settle() -> [Latch] {
        isCaughtUp = isCaughtUp || !partitions.isEmpty && partitions.values.allSatisfy(\.isCaughtUp)
        guard !waiters.isEmpty else { return [] }
        let all = waiters
        let done = all.filter { isHandled($0) }
        if !done.isEmpty { waiters = all.filter { !isHandled($0) } }
        return done.map(\.latch)
    }
}
