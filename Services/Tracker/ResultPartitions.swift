internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// Brings the desk its partitions of the results, and what others write there.
///
/// The group's offsets say what was looked at, so a record that cannot be read becomes a dead letter once, even if it
/// came while no tracker ran. What the results say is replayed at every assignment, whatever the offsets.
struct ResultPartitions<Time: Clock>: KafkaConsumerHandler where Time.Duration == Duration {
    let desk: TrackingDesk<Time>
    let deadLetters: DeadLetterOffice
    let logger: Logger

    func assigned(_ partitions: [TopicPartition]) async {
        await desk.assign(partitions.map(\.partition))
    }

    func revoked(_ partitions: [TopicPartition], lost: Bool) async {
        await desk.revoke(lost: lost)
    }

    func received(_ batch: [KafkaRecord], _ checkpoint: Checkpoint) async {
        for record in batch {
            // A tombstone: somebody had compaction forget the request.
            if record.value != nil { await take(record) }
            checkpoint.complete(record)
        }
    }

    private func take(_ record: KafkaRecord) async {
        do throws(Unusable) {
            let event = try RecordReader.read(record, as: RemediationResult.self)
            let result = Received(event: event, record: record)
            guard result.isUnderItsKey else { throw Unusable(.wrongSchema, "the key is not the request's id") }
            await desk.seen(result)
        } catch {
            await bury(record, error)
        }
    }

    private func bury(_ record: KafkaRecord, _ fault: Unusable) async {
        do throws(KafkaError) {
            try await deadLetters.bury(record, because: fault)
        } catch {
            logger.error(
                "dead letter cannot be published",
                [
                    .kafkaTopic: .string(record.topic), .kafkaPartition: .int(record.partition),
                    .kafkaOffset: .int(record.offset), .error: .string("\(error)"),
                ])
        }
    }
}
