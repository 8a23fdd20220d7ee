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

    /// Writes tombstones for every record of those of these requests that may still be forgotten. They are forgotten as the
    /// tombstones are read back.
    ///
    /// It may be broken off anywhere, and called by two instances at once: whatever part of the tombstones is in the log,
    /// none of the requests is open again for anyone, and the rest can be written later. That rests on the topic's
    /// `min.compaction.lag.ms`: what could begin a request and came beside the tombstones is void only while the facts are
    /// there that end it, so it goes before these may be compacted.
    ///
    /// - Parameter time: As for ``forgettable(after:)``.
    /// - Throws: What Kafka refuses for good. While Kafka is away it waits. `.closed` when the log ends before the
    ///   tombstones are read back.
    public func forget(_ requests: [String], after time: Duration) async throws(KafkaError) {
        let records = state.withLock { state in
            requests.compactMap { id in state.book.rounds(forgetting: id, after: time).map { (id: id, rounds: $0) } }
        }
        var written: [RecordPosition] = []
        for round in 0..<3 {
            written += try await publisher.forget(records.flatMap { $0.rounds[round] }, on: Topics.ledger)
        }
        if let last = written.max(by: { $0.offset < $1.offset }) { try await readBack(last) }
        let beside = state.withLock { state in records.flatMap { state.book.idleOpeners(of: $0.id) } }
        try await publisher.forget(beside, on: Topics.ledger)
    }

    private func readBack(_ position: RecordPosition) async throws(KafkaError) {
        do {
            try await follower.waitUntil(partition: position.partition, offset: position.offset)
        } catch let error as KafkaError {
            throw error
        } catch {
            // Cancelled: what is not read yet is left to the next sweep.
        }
    }
}
