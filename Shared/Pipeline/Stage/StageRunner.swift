internal import JSON
public import Kafka
public import Model
public import Runtime

/// Feeds a service's logic from a topic, and answers for every record of it.
///
/// Each record is decoded and handed over; records with the same key one after the other, others side by side. A record
/// that cannot be used goes to the dead letters. A dependency that is down is tried again until it is back, so the lag
/// waits in Kafka; but what Kafka will never take, because it is too large, makes a dead letter of its record. Only when
/// its outcome is acknowledged is a record complete, and only then may its offset be committed.
///
/// Every line that is logged meanwhile says where the record stands, its key, its event id and its trace.
public final class StageRunner<Message: Event>: KafkaConsumerHandler {
    /// The service's logic. It throws ``Unusable`` for a record that can never be handled, and any other error for a
    /// dependency that may come back: then it is called again with the same record, after a pause.
    ///
    /// When its task is cancelled the partition is about to go: it ends soon, and throws unless its work is done.
    public typealias Handler = @Sendable (Received<Message>) async throws -> Void

    private let handle: Handler
    private let deadLetters: DeadLetterOffice
    private let logger: Logger
    private let metrics: StageMetrics
    private let lanes = KeyedLanes()
    private let correlation: @Sendable (Message) -> LogMetadata
    private let onAssignment: @Sendable ([TopicPartition]) async -> Void

    /// Describes a stage.
    ///
    /// - Parameters:
    ///   - name: The metrics' label `stage`.
    ///   - correlation: What else every line about a message should say, for example its malop's id.
    ///   - onAssignment: Told the partitions whenever they change, before the first record of them.
    public init(
        _ name: String, deadLetters: DeadLetterOffice, logger: Logger, metrics: Metrics,
        correlation: @escaping @Sendable (Message) -> LogMetadata = { _ in [:] },
        onAssignment: @escaping @Sendable ([TopicPartition]) async -> Void = { _ in },
        handle: @escaping Handler
    ) {
        self.handle = handle
        self.deadLetters = deadLetters
        self.logger = logger
        self.metrics = StageMetrics(name, metrics)
        self.correlation = correlation
        self.onAssignment = onAssignment
    }

    // MARK: - The consumer

    /// Tells the owner its partitions.
    public func assigned(_ partitions: [TopicPartition]) async {
        await onAssignment(partitions)
    }

    /// Ends what is under way on the partitions: their next owner is given the same records again.
    public func revoked(_ partitions: [TopicPartition], lost: Bool) async {
        for partition in partitions { await lanes.cancel(group: Self.group(partition)) }
        await onAssignment([])
    }

    /// Starts work on records, and returns at once.
    public func received(_ batch: [KafkaRecord], _ checkpoint: Checkpoint) async {
        for record in batch {
            let key = record.keyText ?? "\(record.partition)/\(record.offset)"
            lanes.run(key: key, group: Self.group(record.topicPartition)) { [self] in
                guard await finish(record) else { return }
                checkpoint.complete(record)
            }
        }
    }

    private static func group(_ partition: TopicPartition) -> String { "\(partition.topic)/\(partition.partition)" }

    // MARK: - A record

    /// Works until the record's outcome is known; false if it was cancelled before.
    private func finish(_ record: KafkaRecord) async -> Bool {
        let started = ContinuousClock.now
        return await Logger.withContext(record.logContext) { () async -> Bool in
            do throws(Unusable) {
                let received = Received(event: try RecordReader.read(record, as: Message.self), record: record)
                guard await finish(received) else { return false }
                metrics.handled(received.event, since: started)
            } catch {
                guard await deadLetters.keep(record, because: error) else { return false }
                metrics.buried(since: started)
            }
            return true
        }
    }

    private func finish(_ received: Received<Message>) async -> Bool {
        // Its partition is about to go.
        guard !Task.isCancelled else { return false }
        let context = received.logContext.merging(correlation(received.event))
        return await Logger.withContext(context) { () async -> Bool in
            switch await Written.persistently(failed: report, { try await attempt(received) }) {
            case .done(nil): return true
            case .done(let fault?): return await deadLetters.keep(received.record, because: fault)
            case .refused(let refusal): return await deadLetters.keep(received.record, because: Unusable(refusal))
            case .ended: return false
            }
        }
    }

    /// Hands a message over; the fault of one that can never be handled.
    private func attempt(_ received: Received<Message>) async throws -> Unusable? {
        do {
            try await handle(received)
            return nil
        } catch let fault as Unusable {
            return fault
        }
    }

    /// Not every try is worth a line: with a dependency down, each of a thousand records is tried again and again.
    private func report(_ error: any Error, failures: Int) {
        metrics.retried.add()
        logger.log(
            failures.nonzeroBitCount == 1 ? .warning : .debug, "record will be tried again",
            [.attempt: .int(failures), .error: .string("\(error)")])
    }
}
