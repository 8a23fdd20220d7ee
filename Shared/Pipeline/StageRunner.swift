public import Kafka
public import Model
public import Runtime

/// Feeds a service's logic from a topic, and answers for every record of it.
///
/// Each record is decoded and handed over; records with the same key one after the other, others side by side. A record
/// that cannot be used goes to the dead letters. A dependency that is down is tried again until it is back, so the lag
/// waits in Kafka. Only when its outcome is acknowledged is a record complete, and only then may its offset be committed.
public final class StageRunner<Message: Event>: KafkaConsumerHandler {
    /// The service's logic. It throws ``Unusable`` for a record that can never be handled, and any other error for a
    /// dependency that may come back.
    public typealias Handler = @Sendable (Received<Message>) async throws -> Void

    private let handle: Handler
    private let deadLetters: DeadLetterOffice
    private let logger: Logger
    private let lanes = KeyedLanes()
    private let handled: Counter
    private let retried: Counter
    private let seconds: Histogram
    private let onAssignment: @Sendable ([TopicPartition]) async -> Void

    /// Describes a stage.
    ///
    /// - Parameter onAssignment: Told the partitions whenever they change, before the first record of them.
    public init(
        _ name: String, deadLetters: DeadLetterOffice, logger: Logger, metrics: Metrics,
        onAssignment: @escaping @Sendable ([TopicPartition]) async -> Void = { _ in },
        handle: @escaping Handler
    ) {
        self.handle = handle
        self.deadLetters = deadLetters
        self.logger = logger
        self.onAssignment = onAssignment
        let labels = ["stage": name]
        handled = metrics.counter("records_handled_total", help: "Records whose outcome is known.", labels: labels)
        retried = metrics.counter(
            "stage_retries_total", help: "Records tried again after a failure.", labels: labels)
        seconds = metrics.histogram(
            "stage_duration_seconds", help: "From a record's receipt to its outcome.", labels: labels)
    }

    public func assigned(_ partitions: [TopicPartition]) async {
        await onAssignment(partitions)
    }

    /// Ends what is under way on the partitions: their next owner is given the same records again.
    public func revoked(_ partitions: [TopicPartition], lost: Bool) async {
        for partition in partitions { await lanes.cancel(group: Self.group(partition)) }
        await onAssignment([])
    }

    public func received(_ batch: [KafkaRecord], _ checkpoint: Checkpoint) async {
        for record in batch {
            let key = record.keyText ?? "\(record.partition)/\(record.offset)"
            lanes.run(key: key, group: Self.group(record.topicPartition)) { [self] in
                guard await finish(record) else { return }
                checkpoint.complete(record)
                handled.add()
            }
        }
    }

    /// Ends everything that is under way.
    public func stop() async { await lanes.cancelAll() }

    private static func group(_ partition: TopicPartition) -> String { "\(partition.topic)/\(partition.partition)" }

    /// Tries until the record's outcome is known; false if it was cancelled before.
    private func finish(_ record: KafkaRecord) async -> Bool {
        let started = ContinuousClock.now
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                try await attempt(record)
                seconds.observe(ContinuousClock.now - started)
                return true
            } catch is CancellationError {
                return false
            } catch {
                retried.add()
                logger.warning(
                    "record will be tried again",
                    [
                        .kafkaTopic: .string(record.topic), .kafkaPartition: .int(record.partition),
                        .kafkaOffset: .int(record.offset), .error: .string("\(error)"),
                    ])
                try? await Task.sleep(for: backoff.next())
            }
        }
        return false
    }

    private func attempt(_ record: KafkaRecord) async throws {
        do {
            let event = try RecordReader.read(record, as: Message.self)
            try await handle(Received(event: event, record: record))
        } catch let fault as Unusable {
            try await deadLetters.bury(record, because: fault)
        }
    }
}
