internal import JSON
public import Kafka
public import Model
public import Runtime
internal import Synchronization

/// The ledger as this instance reads and writes it: one log, folded in its order.
///
/// What is appended is read back: ``append(_:trace:)`` answers with the judgement of the fold at the fact's own place in
/// the log, which is the same for every instance. That answer, not the acknowledgement, is what allows to act.
public final class LedgerLog: Sendable {
    /// A request with the moment from which this reader's clock counts.
    public struct Entry: Sendable {
        public let request: LedgerRequest

        /// When this instance first read the request's newest `INTENT`, on its own monotonic clock.
        public let intentReadAt: ContinuousClock.Instant?
    }

    private struct State {
        var ledger = Ledger()
        var intentReadAt: [String: ContinuousClock.Instant] = [:]
        var judgements: [Int64: Ledger.Judgement] = [:]
        var waiters: [Int64: CheckedContinuation<Ledger.Judgement, Never>] = [:]
        var listeners: [AsyncStream<Set<String>>.Continuation] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let follower: KafkaFollower
    private let publisher: EventPublisher
    private let deadLetters: DeadLetterOffice
    private let logger: Logger

    /// The instance that writes: its facts carry this name.
    public let writer: String

    public init(
        follower: KafkaFollower, publisher: EventPublisher, deadLetters: DeadLetterOffice, writer: String,
        logger: Logger
    ) {
        self.follower = follower
        self.publisher = publisher
        self.deadLetters = deadLetters
        self.writer = writer
        self.logger = logger
    }

    // MARK: - Reading

    /// Follows the log until the follower is stopped.
    public func run() async throws {
        try await follower.run { records in await self.fold(records) }
    }

    /// Returns when everything that was in the log at the start has been folded.
    public func caughtUp() async throws { try await follower.caughtUp() }

    /// Whether everything that was in the log within this time is folded.
    public func isFresh(within limit: Duration) -> Bool { follower.isFresh(within: limit) }

    /// Ends ``run()`` and everyone who waits to read back; what they wait for counts as void.
    public func stop() async {
        await follower.stop()
        let (waiters, listeners) = state.withLock { state in
            defer {
                state.waiters = [:]
                state.listeners = []
                state.isStopped = true
            }
            return (state.waiters.values, state.listeners)
        }
        for waiter in waiters { waiter.resume(returning: .void(.tooLate)) }
        for listener in listeners { listener.finish() }
    }

    /// The request with this id, as the log has it so far.
    public func entry(_ requestId: String) -> Entry? {
        state.withLock { state in
            state.ledger.requests[requestId].map { Entry(request: $0, intentReadAt: state.intentReadAt[requestId]) }
        }
    }

    /// The ids of all requests that have not ended.
    public var open: Set<String> { state.withLock { $0.ledger.open } }

    /// The ids of all requests that are known.
    public var known: [String] { state.withLock { Array($0.ledger.requests.keys) } }

    /// Another open request that acts on one of this one's targets.
    public func conflict(for request: LedgerRequest) -> String? {
        state.withLock { $0.ledger.conflict(for: request) }
    }

    /// The request that a remediation of the console belongs to.
    public func owner(ofRemediation id: String) -> String? {
        state.withLock { $0.ledger.owner(ofRemediation: id) }
    }

    /// The ids of requests as facts change them, from now on.
    public func changes() -> AsyncStream<Set<String>> {
        let (stream, continuation) = AsyncStream<Set<String>>.makeStream()
        state.withLock { $0.listeners.append(continuation) }
        return stream
    }

    // MARK: - Writing

    /// A fact by this instance, at this moment.
    public func fact(_ kind: FactKind, of requestId: String, attempt: Int = 0) -> LedgerFact {
        LedgerFact(kind, of: requestId, attempt: attempt, writer: writer, at: .now())
    }

    /// Appends a fact and returns what the fold made of it, at its own place in the log.
    ///
    /// - Throws: What Kafka refuses for good. While Kafka is away it waits.
    @discardableResult
    public func append(_ fact: LedgerFact, trace: TraceContext? = nil) async throws(KafkaError) -> Ledger.Judgement {
        try await append([fact], traces: trace.map { [$0] } ?? []).first ?? .void(.unknownRequest)
    }

    /// Appends several facts at once; the judgements are in their order.
    public func append(
        _ facts: [LedgerFact], traces: [TraceContext] = []
    ) async throws(KafkaError) -> [Ledger.Judgement] {
        let items = facts.enumerated().map { index, fact in
            EventPublisher.Item(
                fact, key: fact.key,
                trace: index < traces.count ? traces[index] : TraceContext(startingAt: fact.requestId))
        }
        let positions = try await publisher.publish(items, to: Topics.ledger)
        var judgements: [Ledger.Judgement] = []
        for position in positions { judgements.append(await judgement(at: position.offset)) }
        return judgements
    }

    /// Writes tombstones for every fact of a request that ended long ago.
    public func forget(_ keys: [String]) async throws(KafkaError) {
        try await publisher.forget(keys, on: Topics.ledger)
    }

    // MARK: - Folding

    private func judgement(at offset: Int64) async -> Ledger.Judgement {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Ledger.Judgement? in
                if let judgement = state.judgements.removeValue(forKey: offset) { return judgement }
                if state.isStopped { return .void(.tooLate) }
                state.waiters[offset] = continuation
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    private func fold(_ records: [KafkaRecord]) async {
        var changed: Set<String> = []
        for record in records {
            guard record.value != nil else {
                forget(record)
                continue
            }
            do throws(Unusable) {
                let fact = try RecordReader.read(record, as: LedgerFact.self)
                if apply(fact, record) { changed.insert(fact.requestId) }
            } catch {
                await reject(record, error)
            }
        }
        guard !changed.isEmpty else { return }
        for listener in state.withLock({ $0.listeners }) { listener.yield(changed) }
    }

    /// Folds one fact and answers whoever waits for it; true if it counted.
    private func apply(_ fact: LedgerFact, _ record: KafkaRecord) -> Bool {
        let (judgement, waiter) = state.withLock { state in
            let judgement = state.ledger.apply(fact, logTime: Timestamp(milliseconds: record.timestamp))
            if judgement == .allowed, fact.fact == .intent { state.intentReadAt[fact.requestId] = .now }
            let waiter = state.waiters.removeValue(forKey: record.offset)
            if waiter == nil, fact.writer == writer { state.judgements[record.offset] = judgement }
            return (judgement, waiter)
        }
        waiter?.resume(returning: judgement)
        if case .void(let reason, let other) = judgement, fact.fact == .intent {
            logger.info(
                "intent is void where it stands in the log",
                [
                    .requestID: .string(fact.requestId), "writer": .string(fact.writer),
                    .attempt: .int(fact.attempt), .reason: .string(reason.rawValue),
                    "request.other": .string(other ?? ""),
                ])
        }
        return judgement == .allowed
    }

    private func forget(_ record: KafkaRecord) {
        guard let id = record.keyText.flatMap(LedgerFact.requestId(inKey:)) else { return }
        state.withLock { state in
            guard state.ledger.forget(id) else { return }
            state.intentReadAt[id] = nil
        }
    }

    /// A record of the ledger that is no fact changes nothing. It is kept for the operators once, by those who see it
    /// arrive, and not again by everyone who reads the log from its start.
    private func reject(_ record: KafkaRecord, _ fault: Unusable) async {
        logger.error(
            "the ledger has a record that is no fact",
            [.kafkaOffset: .int(record.offset), .error: .string(fault.description)])
        guard follower.isCaughtUp else { return }
        try? await deadLetters.bury(record, because: fault)
    }
}
