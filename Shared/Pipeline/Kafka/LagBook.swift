internal import Kafka

/// How far the records of partitions reach, and where their consumer began: what its lag is worked out from.
struct LagBook: Sendable {
    /// What librdkafka's statistics say of a partition.
    struct Start: Sendable, Hashable {
        /// The offset that the group has committed; nil if none.
        var committed: Int64?
        /// The first offset that is still there; nil while that is not known.
        var low: Int64?
    }

    /// Where the partitions end, and when that was asked for.
    private var ends: [TopicPartition: Int64] = [:]
    private var askedAt: ContinuousClock.Instant?
    private var starts: [TopicPartition: Start] = [:]

    /// For how long an end is worth anything.
    static let memory = Duration.seconds(60)

    mutating func found(_ ends: [TopicPartition: Int64], asked: ContinuousClock.Instant) {
        self.ends = ends
        askedAt = asked
    }

    mutating func began(_ partition: TopicPartition, _ start: Start) { starts[partition] = start }

    /// The records of these partitions that are not completed; nil while that cannot be told of each of them.
    ///
    /// - Parameter positions: The first record of each partition that is not completed, where one was handed out.
    func lag(
        of partitions: [TopicPartition], at positions: [TopicPartition: Int64], now: ContinuousClock.Instant
    ) -> Int64? {
        guard !partitions.isEmpty else { return 0 }
        guard let askedAt, askedAt.duration(to: now) <= Self.memory else { return nil }
        var sum: Int64 = 0
        for partition in partitions {
            guard let end = ends[partition] else { return nil }
            guard end > 0 else { continue }
            let start = starts[partition]
            guard let position = positions[partition] ?? start?.committed ?? start?.low else { return nil }
            // What was removed before it was read will never be.
            sum += max(0, end - max(position, start?.low ?? 0))
        }
        return sum
    }
}
