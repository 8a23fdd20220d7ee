public import Kafka
internal import Model
internal import Synchronization

extension LedgerLog {
    /// Requests that ended, and of which nothing was said since, longer ago than this; and what is left in the log of
    /// requests that were forgotten. The log's own clock counts, so nothing is forgotten early because of this host's.
    ///
    /// Empty unless the log keeps keys.
    public func forgettable(after time: Duration) -> [String] {
        state.withLock { $0.book.forgettable(after: time) }
    }

    /// Writes tombstones for every record of these requests. They are forgotten as the tombstones are read back.
    ///
    /// It may be broken off anywhere, and called by two instances at once: whatever part of the tombstones is in the log,
    /// none of the requests is open again for anyone, and the rest can be written later.
    ///
    /// - Throws: What Kafka refuses for good. While Kafka is away it waits.
    public func forget(_ requests: [String]) async throws(KafkaError) {
        let records = state.withLock { state in requests.compactMap { state.book.records[$0]?.rounds } }
        for round in 0..<3 {
            try await publisher.forget(records.flatMap { $0[round] }, on: Topics.ledger)
        }
    }
}
