internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// Brings what all instances were told to the desk of this one.
struct ReputationFeed<Time: Clock>: Sendable where Time.Duration == Duration {
    let follower: KafkaFollower
    let desk: ReputationDesk<Time>
    let deadLetters: DeadLetterOffice
    let logger: Logger

    /// Follows the topic until the follower is stopped.
    func run() async throws { try await follower.run { await take($0) } }

    private func take(_ records: [KafkaRecord]) async {
        var reputations: [Reputation] = []
        for record in records {
            guard record.value != nil else {
                if let key = record.keyText { await desk.forget(key: key) }
                continue
            }
            do throws(Unusable) {
                reputations.append(try Self.read(record))
            } catch {
                await refuse(record, error)
            }
        }
        await desk.learn(reputations)
    }

    /// A record under another key would outlive its correction, and *not checked* is what a reputation never is.
    static func read(_ record: KafkaRecord) throws(Unusable) -> Reputation {
        let reputation = try RecordReader.read(record, as: Reputation.self)
        guard record.keyText == reputation.indicator.key else {
            throw Unusable(.wrongSchema, "the key is not \(reputation.indicator.key)")
        }
        guard reputation.verdict != .notChecked else { throw Unusable(.wrongSchema, "$.verdict is not-checked") }
        return reputation
    }

    /// Kept for the operators by those who see it arrive, and not again by everyone who reads the topic from its start.
    private func refuse(_ record: KafkaRecord, _ fault: Unusable) async {
        logger.warning(
            "record is no reputation",
            [
                .kafkaTopic: .string(record.topic), .kafkaPartition: .int(record.partition),
                .kafkaOffset: .int(record.offset), .error: .string(fault.description),
            ])
        guard follower.isCaughtUp else { return }
        do {
            try await deadLetters.bury(record, because: fault)
        } catch {
            logger.error("dead letter could not be published", [.error: .string("\(error)")])
        }
    }
}
