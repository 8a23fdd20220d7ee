import JSON
import Kafka
import Model
import Pipeline
import Runtime

/// Takes requests and decisions into the ledger, and only then lets go of their records.
///
/// It waits for nothing but Kafka: not for the console, a halt or a person. So no record stays uncommitted for longer
/// than an append takes.
final class RequestIntake: KafkaConsumerHandler {
    /// Where the two kinds of records come from.
    struct Sources: Sendable {
        let requests: String
        let decisions: String
    }

    private let sources: Sources
    private let ledger: LedgerLog
    private let deadLetters: DeadLetterOffice
    private let requests: RequestReader
    private let decisions: DecisionReader
    private let lanes = KeyedLanes()
    private let onAssignment: @Sendable (_ partitions: [Int32]) async -> Void
    private let logger: Logger
    private let metrics: ExecutorMetrics
    private let taken: MetricFamily<Counter>

    /// - Parameter onAssignment: Told the partitions of the request topic whenever they change.
    init(
        _ sources: Sources, ledger: LedgerLog, deadLetters: DeadLetterOffice, signatures: SignatureCheck,
        defaultExpiry: Duration, memory: Duration, logger: Logger, metrics: Metrics,
        onAssignment: @escaping @Sendable (_ partitions: [Int32]) async -> Void
    ) {
        self.sources = sources
        self.ledger = ledger
        self.deadLetters = deadLetters
        requests = RequestReader(
            defaultExpiry: defaultExpiry, memory: memory, writer: ledger.writer, signatures: signatures)
        decisions = DecisionReader(writer: ledger.writer, signatures: signatures)
        self.onAssignment = onAssignment
        self.logger = logger
        self.metrics = ExecutorMetrics(metrics)
        taken = metrics.counters(
            "remediation_intake_total", help: "Records of requests and decisions, by what became of them.",
            labels: ["outcome"])
        taken.prepare([
            "accepted", "refused", "decided", "unusable", Reason.duplicate.rawValue, Reason.idReused.rawValue,
        ])
    }

    // MARK: - The consumer

    func assigned(_ partitions: [TopicPartition]) async {
        await onAssignment(partitions.filter { $0.topic == sources.requests }.map(\.partition))
    }

    /// What is being appended goes on: the next owner appends it again, and the ledger knows that it is the same.
    func revoked(_ partitions: [TopicPartition], lost: Bool) async { await onAssignment([]) }

    func received(_ batch: [KafkaRecord], _ checkpoint: Checkpoint) async {
        for (partition, records) in Dictionary(grouping: batch, by: \.topicPartition) {
            let lane = "\(partition.topic)/\(partition.partition)"
            lanes.run(key: lane, group: lane) { [self] in
                guard await take(records) else { return }
                checkpoint.complete(records)
            }
        }
    }

    // MARK: - The records

    /// One record on its way into the ledger.
    private struct Item {
        let record: KafkaRecord
        let fact: LedgerFact?
        let fault: Unusable?
        let trace: TraceContext?
    }

    /// Takes records until Kafka has all that there is to say of them; false if that was cancelled before, or this
    /// process can write nothing any more.
    private func take(_ records: [KafkaRecord]) async -> Bool {
        let items = records.map(read)
        let told = items.filter { $0.fact != nil }
        guard let outcomes = await append(told) else { return false }
        for item in items {
            guard let fault = item.fault else { continue }
            taken.with("unusable").add()
            guard await deadLetters.keep(item.record, because: fault) else { return false }
        }
        for (item, outcome) in zip(told, outcomes) {
            guard await settle(item, outcome) else { return false }
        }
        return true
    }

    /// Appends the facts of records all at once, or one by one where Kafka refuses one of them: it must not keep the
    /// others. Nil if they are not all written and will not be by this process.
    private func append(_ items: [Item]) async -> [Result<Ledger.Judgement, Unusable>]? {
        let facts = items.compactMap(\.fact)
        let traces = items.map { item in
            item.trace?.child(of: item.fact?.requestId ?? "") ?? TraceContext(startingAt: item.fact?.requestId ?? "")
        }
        let written = await Written.persistently(
            backoff: Backoff(limit: .seconds(5)),
            failed: { error, _ in cannotWrite(items.count, error) },
            { try await ledger.append(facts, traces: traces) })
        switch written {
        case .done(let judgements): return judgements.map { .success($0) }
        case .refused(let refusal) where items.count == 1: return [.failure(Unusable(refusal))]
        case .refused:
            var outcomes: [Result<Ledger.Judgement, Unusable>] = []
            for item in items {
                guard let one = await append([item]) else { return nil }
                outcomes += one
            }
            return outcomes
        case .ended(let error):
            cannotWrite(items.count, error)
            return nil
        }
    }

    private func cannotWrite(_ count: Int, _ error: any Error) {
        logger.error(
            "requests cannot be written to the ledger", [.count: .int(count), .error: .string("\(error)")])
    }

    private func read(_ record: KafkaRecord) -> Item {
        guard record.topic == sources.decisions else {
            let reading = requests.read(record, at: .now())
            return Item(record: record, fact: reading.fact, fault: reading.fault, trace: reading.trace)
        }
        do throws(Unusable) {
            let fact = try decisions.read(record, at: .now())
            return Item(record: record, fact: fact, fault: nil, trace: nil)
        } catch {
            return Item(record: record, fact: nil, fault: error, trace: nil)
        }
    }

    /// Does what a judgement asks for; false if the record must come again.
    private func settle(_ item: Item, _ outcome: Result<Ledger.Judgement, Unusable>) async -> Bool {
        guard let fact = item.fact else { return true }
        let judgement: Ledger.Judgement
        switch outcome {
        case .success(let made): judgement = made
        case .failure(let fault):
            taken.with("unusable").add()
            return await deadLetters.keep(item.record, because: fault)
        }
        report(item, fact, judgement)
        guard item.fault == nil, case .void(let reason, let other) = judgement,
            let words = fault(of: fact, reason, other)
        else { return true }
        return await deadLetters.keep(item.record, because: Unusable(reason, words))
    }

    /// What is wrong with a record whose fact is void; nil if it only says again what the ledger has.
    private func fault(of fact: LedgerFact, _ reason: Reason, _ other: String?) -> String? {
        switch reason {
        case .idReused where fact.origin?.replayOffset != nil:
            // Its first may have been refused, as whoever replays it should know.
            "the request \(fact.requestId) is known with other contents, or was refused when it first came, and an"
                + " end does not change: send a new request"
        case .idReused: "another request came with the id \(fact.requestId) before; that one is untouched"
        case .unknownRequest: "no request \(fact.requestId) is known"
        case .alreadyEnded:
            // The fold says the same of a decision that comes again and of one that comes too late.
            counted(fact) ? nil : "request \(fact.requestId) has ended already, without this decision"
        case .notParked: "request \(fact.requestId) is not parked, so there is nothing to resolve"
        case .wrongDigest: "request \(fact.requestId) asks for something else than what was decided on"
        case .wrongSchema where fact.fact == .decided:
            "the decision about request \(fact.requestId) lacks what it needs, or is about another attempt"
        case .tooLate where fact.fact == .decided: "request \(fact.requestId) does not wait for this decision any more"
        case .alreadyOpen: "the remediation belongs to request \(other ?? "") already"
        default: nil
        }
    }

    /// Whether the decision is one of those that have counted.
    private func counted(_ fact: LedgerFact) -> Bool {
        guard let decision = fact.decision else { return false }
        return ledger.entry(fact.requestId)?.request.decisions.contains(decision) ?? false
    }

    private func report(_ item: Item, _ fact: LedgerFact, _ judgement: Ledger.Judgement) {
        var metadata: LogMetadata = [
            .requestID: .string(fact.requestId), "fact": .string(fact.fact.rawValue),
            .malopID: .string(fact.request?.malopId ?? ""), "key.id": .string(fact.keyId ?? ""),
            "actions": .strings(fact.request?.targets.map(\.description) ?? []),
            .kafkaTopic: .string(item.record.topic), .kafkaPartition: .int(item.record.partition),
            .kafkaOffset: .int(item.record.offset), .traceparent: .string(item.trace?.header ?? ""),
        ]
        switch judgement {
        case .allowed where fact.fact == .decided:
            taken.with("decided").add()
            metadata["decision"] = .string(fact.decision?.decision.rawValue ?? "")
            metadata["decided.by"] = .string(fact.decision?.decidedBy ?? "")
            if fact.decision?.decision == .giveUp { metrics.ended(.unknown, .givenUp) }
            if fact.decision?.decision == .deny { metrics.ended(.denied, .denied) }
            let isResolution = fact.decision?.decision.resolvesParked == true
            logger.info(
                isResolution ? "parked request resolved by a person" : "request approved or denied by a person",
                metadata)
        case .allowed, .overCap:
            taken.with(fact.fact == .accepted ? "accepted" : "refused").add()
            if fact.fact == .refused { metrics.ended(.refused, fact.reason) }
            metadata[.reason] = .string(fact.reason?.rawValue ?? "")
            logger.info("request taken into the ledger", metadata)
        case .void(let reason, _):
            taken.with(reason.rawValue).add()
            metadata[.reason] = .string(reason.rawValue)
            logger.info("request or decision changes nothing", metadata)
        }
    }
}
