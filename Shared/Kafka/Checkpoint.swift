/// Where a handler says that a record is done with: its outcome is safe, and it need not come again.
///
/// It belongs to one assignment. After that assignment has ended it ignores everything, under the same lock under which
/// offsets are committed: a late completion can never move an offset of a partition that somebody else owns. Nor, when a topic was made anew, one of a record that has the same offset
/// now.
public struct Checkpoint: Sendable {
    let progress: ConsumerProgress
    let generation: Int
    let epoch: Int

    /// The record is done with. From any thread, in any order, once or more often.
    public func complete(_ record: KafkaRecord) {
        progress.complete(CollectionOfOne(record), generation, epoch)
    }

    /// These records are done with.
    public func complete(_ records: [KafkaRecord]) {
        progress.complete(records, generation, epoch)
    }

    /// Whether the assignment has ended: work on its records is for nothing now.
    public var isRevoked: Bool { progress.generation != generation }
}
