internal import JSON
internal import Kafka
internal import Model
internal import Runtime
internal import Synchronization

extension LedgerLog {
    /// Folds a batch and tells listeners once what it has changed. Never waits: everyone's read-back is behind it.
    func fold(_ records: [KafkaRecord]) {
        var changed: Set<String> = []
        for record in records {
            if let id = fold(record) { changed.insert(id) }
        }
        guard !changed.isEmpty else { return }
        for weak in state.withLock({ $0.feeds }) { weak.feed?.tell(changed) }
    }

    /// Folds a record; the id of the request that it has changed, if any.
    private func fold(_ record: KafkaRecord) -> String? {
        guard record.value != nil else {
            guard let key = record.keyText, let id = LedgerFact.requestId(inKey: key) else { return nil }
            return state.withLock { $0.book.forget(id, key: key) } ? id : nil
        }
        do throws(Unusable) {
            let fact = try RecordReader.read(record, as: LedgerFact.self)
            return apply(fact, record) ? fact.requestId : nil
        } catch {
            reject(record, error)
            return nil
        }
    }

    /// Folds one fact and answers whoever waits for it; true if it counted.
    private func apply(_ fact: LedgerFact, _ record: KafkaRecord) -> Bool {
        let (judgement, readBack) = state.withLock { $0.book.fold(fact, record, now: .now) }
        readBack?.settle(.success(judgement))
        guard case .void(let reason, let other) = judgement else { return true }
        if fact.fact == .intent {
            logger.info(
                "intent is void where it stands in the log",
                [
                    .requestID: .string(fact.requestId), "writer": .string(fact.writer),
                    .attempt: .int(fact.attempt), .reason: .string(reason.rawValue),
                    "request.other": .string(other ?? ""), .kafkaOffset: .int(record.offset),
                ])
        }
        return false
    }

    /// A record of the ledger that is no fact changes nothing. It is kept for the operators by those who see it arrive,
    /// all under one id, and not again by everyone who reads the log from its start.
    private func reject(_ record: KafkaRecord, _ fault: Unusable) {
        logger.error(
            "the ledger has a record that is no fact",
            [.kafkaOffset: .int(record.offset), .error: .string(fault.description)])
        guard follower.isCaughtUp else { return }
        deadLetters.buryLater(record, because: fault)
    }
}
