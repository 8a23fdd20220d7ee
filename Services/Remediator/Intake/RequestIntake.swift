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
        _ sources: Sources, ledger: LedgerLog, deadLetters: DeadLetterOffice, defaultExpiry: Duration,
        logger: Logger, metrics: Metrics, onAssignment: @escaping @Sendable (_ partitions: [Int32]) async -> Void
    ) {
        self.sources = sources
        self.ledger = ledger
        self.deadLetters = deadLetters
        requests = RequestReader(defaultExpiry: defaultExpiry, writer: ledger.writer)
        decisions = DecisionReader(writer: ledger.writer)
        self.onAssignment = onAssignment
        self.logger = logger
        self.metrics = ExecutorMetrics(metrics)
        taken = metrics.counters(
            "remediation_intake_total", help: "Records of requests and decisions, by what became of them.",
            labels: ["outcome"])
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

    /// Ends what waits for Kafka.
    func stop() async { await lanes.cancelAll() }

    // MARK: - The records

    /// One record on its way into the ledger.
    private struct Item {
        let record: KafkaRecord
        let fact: LedgerFact?
        let fault: Unusable?
        let trace: TraceContext?
    }

    /// Takes records until Kafka has all that there is to say of them; false if that was cancelled before.
    private func take(_ records: [KafkaRecord]) async -> Bool {
        let items = records.map(read)
        var backoff = Backoff(limit: .seconds(5))
        while !Task.isCancelled {
            do throws(KafkaError) {
                try await enter(items)
                return true
            } catch {
                logger.error(
                    "requests cannot be written to the ledger",
                    [.count: .int(records.count), .error: .string(error.description)])
                guard error.code != .closed else { return false }
                try? await Task.sleep(for: backoff.next())
            }
        }
        return false
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

    /// Appends the facts all at once, then buries what cannot be used.
    private func enter(_ items: [Item]) async throws(KafkaError) {
        let told = items.filter { $0.fact != nil }
        let facts = told.compactMap(\.fact)
        let traces = told.map { item in
            item.trace?.child(of: item.fact?.requestId ?? "") ?? TraceContext(startingAt: item.fact?.requestId ?? "")
        }
        let judgements = try await ledger.append(facts, traces: traces)
        for item in items {
            guard let fault = item.fault else { continue }
            taken.with("unusable").add()
            try await deadLetters.bury(item.record, because: fault)
        }
        for (item, judgement) in zip(told, judgements) { try await settle(item, judgement) }
    }

    private func settle(_ item: Item, _ judgement: Ledger.Judgement) async throws(KafkaError) {
        guard let fact = item.fact else { return }
        report(item, fact, judgement)
        guard item.fault == nil, case .void(let reason, _) = judgement else { return }
        switch reason {
        case .idReused:
            let words = "another request came with the id \(fact.requestId) before; that one is untouched"
            try await deadLetters.bury(item.record, because: Unusable(reason, words))
        case .unknownRequest:
            let words = "no request \(fact.requestId) is known"
            try await deadLetters.bury(item.record, because: Unusable(reason, words))
        default: break
        }
    }

    private func report(_ item: Item, _ fact: LedgerFact, _ judgement: Ledger.Judgement) {
        var metadata: LogMetadata = [
            .requestID: .string(fact.requestId), "fact": .string(fact.fact.rawValue),
            .malopID: .string(fact.request?.malopId ?? ""),
            "actions": .strings(fact.request?.targets.map(\.description) ?? []),
            .kafkaTopic: .string(item.record.topic), .kafkaPartition: .int(item.record.partition),
            .kafkaOffset: .int(item.record.offset), .traceparent: .string(item.trace?.header ?? ""),
        ]
        switch judgement {
        case .allowed where fact.fact == .decided:
            taken.with("decided").add()
            metadata["decision"] = .string(fact.decision?.decision.rawValue ?? "")
            logger.warning("decision noted; this release does not act on decisions", metadata)
        case .allowed:
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
