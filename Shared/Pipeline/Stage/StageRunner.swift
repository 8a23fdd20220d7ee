internal import JSON
public import Kafka
public import Model
public import Runtime

/// Feeds a service's logic from a topic, and answers for every record of it.
///
/// Each record is decoded and handed over; records with the same key one after the other, others side by side. A record
/// that cannot be used goes to the dead letters. A dependency that is down is tried again until it is back, so the lag
/// waits in Kafka. Only when its outcome is acknowledged is a record complete, and only then may its offset be committed.
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

    /// Ends everything that is under way.
    public func stop() async { await lanes.cancelAll() }

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
                return true
            } catch {
                guard await persist({ try await self.deadLetters.bury(record, because: error) }) != nil else {
                    return false
                }
                metrics.buried(since: started)
                return true
            }
        }
    }

    private func finish(_ received: Received<Message>) async -> Bool {
        let context = received.logContext.merging(correlation(received.event))
        return await Logger.withContext(context) { () async -> Bool in
            guard let fault = await persist({ try await self.attempt(received) }) else { return false }
            guard let fault else { return true }
            return await persist { try await self.deadLetters.bury(received.record, because: fault) } != nil
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

    /// Tries until it succeeds; nil if it was cancelled before.
    private func persist<Outcome: Sendable>(_ body: @Sendable () async throws -> Outcome) async -> Outcome? {
        var backoff = Backoff()
        while !Task.isCancelled {
            do {
                return try await body()
            } catch {
                // Whatever a cancelled handler throws, it is because of that.
                guard !Task.isCancelled else { return nil }
                report(error, failures: backoff.failures + 1)
                try? await Task.sleep(for: backoff.next())
            }
        }
        return nil
    }

    /// Not every try is worth a line: with a dependency down, each of a thousand records is tried again and again.
    private func report(_ error: any Error, failures: Int) {
        metrics.retried.add()
        logger.log(
            failures.nonzeroBitCount == 1 ? .warning : .debug, "record will be tried again",
            [.attempt: .int(failures), .error: .string("\(error)")])
    }
}
