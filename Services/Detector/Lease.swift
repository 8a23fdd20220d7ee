internal import Kafka
internal import Synchronization

/// Whether this instance is the active one: the one that the consumer group gives the single partition of `control`.
///
/// Two active ones at once, as after a stall, do no harm: the ids of what they publish are the same.
final class Lease: KafkaConsumerHandler {
    /// Whether the lease is held, whenever that changes.
    let changes: AsyncStream<Bool>
    private let continuation: AsyncStream<Bool>.Continuation

    init() {
        (changes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func assigned(_ partitions: [TopicPartition]) async {
        continuation.yield(!partitions.isEmpty)
    }

    func revoked(_ partitions: [TopicPartition], lost: Bool) async {
        continuation.yield(false)
    }

    /// The switches are not the detector's business: it reads while remediation is halted, too.
    func received(_ batch: [KafkaRecord], _ checkpoint: Checkpoint) async {
        checkpoint.complete(batch)
    }

    /// Gives the lease up for good.
    func end() { continuation.finish() }
}
