internal import Kafka
internal import Model
internal import Pipeline

/// Brings the desk its partitions of the results, and what others write there.
///
/// The group's offsets say what was looked at, so a record that cannot be read becomes a dead letter once, even if it
/// came while no tracker ran. What the results say is replayed at every assignment, whatever the offsets.
struct ResultPartitions<Time: Clock>: KafkaConsumerHandler where Time.Duration == Duration {
    let desk: TrackingDesk<Time>
    let deadLetters: DeadLetterOffice

    func assigned(_ partitions: [TopicPartition]) async {
        await desk.assign(partitions.map(\.partition))
    }

    func revoked(_ partitions: [TopicPartition], lost: Bool) async {
        await desk.revoke(lost: lost)
    }

    func received(_ batch: [KafkaRecord], _ checkpoint: Checkpoint) async {
        for record in batch {
            // A tombstone: somebody had compaction forget the request.
            let isDone = record.value == nil ? true : await take(record)
            if isDone { checkpoint.complete(record) }
        }
    }

    /// Whether the record is done with.
    private func take(_ record: KafkaRecord) async -> Bool {
        do throws(Unusable) {
            let event = try RecordReader.read(record, as: RemediationResult.self)
            let result = Received(event: event, record: record)
            guard result.isUnderItsKey else { throw Unusable(.wrongSchema, "the key is not the request's id") }
            await desk.seen(result)
            return true
        } catch {
            return await deadLetters.keep(record, because: error)
        }
    }
}
