internal import CRdkafka

/// Sends records and tells, for each, that Kafka has it.
///
/// It is idempotent: a retry inside librdkafka neither doubles nor reorders. After a fatal error of the idempotent
/// producer (librdkafka before 2.3 raises false ones when a connection breaks at the wrong moment) it is born again, and
/// what was not acknowledged is sent again, in the old order; such a record can be in the log twice, which readers
/// recognise by its id. After a second fatal error within a minute it is of no use any more: every `send` throws that
/// error as fatal, and `failure()` returns it.
///
/// Close it with `close(within:)`: until then its thread lives on.
public final class KafkaProducer: Sendable {
    private let loop: ProducerLoop
    private let configuration: KafkaConfiguration
    private let finished = Latch()

    /// A producer, ready to send. It connects by itself, now and whenever it has to.
    ///
    /// - Parameters:
    ///   - configuration: where Kafka is.
    ///   - linger: how long a record may wait for company in its batch; nil means the configured one, or 5 ms. Zero for
    ///     records that someone waits for.
    ///   - giveUpAfter: how long a record is tried before `send` throws; nil means for ever, so that a sender simply
    ///     waits while Kafka is away.
    ///   - observer: who is told what happens.
    /// - Throws: `KafkaError` when librdkafka refuses the settings.
    public init(
        _ configuration: KafkaConfiguration, linger: Duration? = nil, giveUpAfter: Duration? = nil,
        observer: KafkaObserver = KafkaObserver()
    ) throws(KafkaError) {
        self.configuration = configuration
        let settings = configuration.producer(linger: linger, giveUpAfter: giveUpAfter)
        let makeHandle: @Sendable () throws(KafkaError) -> ClientHandle = { () throws(KafkaError) in
            try ClientHandle(RD_KAFKA_PRODUCER, settings, configuration, observer)
        }
        loop = ProducerLoop(handle: try makeHandle(), makeHandle: makeHandle)
        Task { [loop, finished] in
            await loop.run()
            finished.open()
        }
    }

    deinit {
        // Forgotten by its owner: nothing waits any more, for a waiting `send` would have kept it.
        Task { [loop] in await loop.close(by: .now) }
    }

    /// Sends records and waits until Kafka has acknowledged every one of them; their positions, in the records' order.
    ///
    /// Records of one call, and of calls that follow each other, keep their order within a partition. While the queue is
    /// full, or Kafka away, it waits: that is the back-pressure. It cannot be cancelled, for nobody could say then
    /// what had been sent.
    ///
    /// - Throws: `KafkaError` of the first record that could not be delivered (`recordIndex` says which); the others may
    ///   have been. `.closed` when the producer was closed before all were acknowledged.
    @discardableResult
    public func send(_ records: [OutgoingRecord]) async throws(KafkaError) -> [RecordPosition] {
        guard !records.isEmpty else { return [] }
        return try await loop.send(records).get()
    }

    /// Learns the partitions of topics before the first record: librdkafka before 2.10.1 lets the first record to a topic
    /// that it does not know wait half a second.
    ///
    /// - Throws: `KafkaError`, for example `.unknownTopicOrPartition`, or `.timedOut` after `limit`.
    public func prepare(topics: [String], within limit: Duration = .seconds(10)) async throws(KafkaError) {
        for topic in topics {
            guard let handle = await loop.handle else { throw KafkaError(.closed) }
            let result = await OwnThread.run("kafka-metadata") {
                Metadata.partitions(of: topic, handle, within: limit)
            }
            _ = try result.get()
        }
    }

    /// Takes no more records, waits for the acknowledgement of those that it has, and lets go of Kafka. What is not
    /// acknowledged by then fails with `.closed`: whether it was written is unknown.
    public func close(within limit: Duration = .seconds(10)) async {
        await loop.close(by: .now + limit)
        _ = await finished.wait()
    }

    /// Waits for the end of the producer, and returns why nothing can be sent with it any more: then the process should
    /// end and be started again. Nil when it was closed, or when the waiting task was cancelled.
    public func failure() async -> KafkaError? {
        _ = await loop.isOver.wait()
        return await loop.failure
    }

    /// What it has done so far.
    public var counters: ProducerCounters { loop.counters.withLock { $0 } }
}

/// What a producer has done since it was made.
public struct ProducerCounters: Sendable, Hashable {
    /// Records that `send` was given.
    public var accepted = 0
    /// Records that Kafka acknowledged.
    public var acknowledged = 0
    /// Records that could not be delivered.
    public var failed = 0
    /// How often it was born again after a fatal error.
    public var rebirths = 0

    /// Records that wait for their acknowledgement.
    public var unacknowledged: Int { accepted - acknowledged - failed }
}
