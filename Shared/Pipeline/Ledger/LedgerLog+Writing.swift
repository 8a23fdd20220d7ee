internal import JSON
public import Kafka
public import Model
internal import Synchronization

extension LedgerLog {
    /// A fact by this instance, at this moment.
    ///
    /// - Parameter attempt: Which attempt to send it is about; 0 for none.
    public func fact(_ kind: FactKind, of requestId: String, attempt: Int = 0) -> LedgerFact {
        LedgerFact(kind, of: requestId, attempt: attempt, writer: writer, at: .now())
    }

    /// Appends a fact and returns what the fold made of it, at its own place in the log.
    ///
    /// When it returns, Kafka has the fact, this instance has folded it, and the judgement is the one that every other
    /// instance computes. Where the producer had to write the record twice, its first place counts. One record answers
    /// one append: the same fact appended again is judged by its new place, so nobody is allowed the same thing twice.
    ///
    /// It waits while Kafka is away, and cannot be cancelled.
    ///
    /// - Throws: What Kafka refuses for good. `.closed` when the log ended before the fact was read back: the fact may
    ///   stand in the log, but nothing may be done because of it.
    @discardableResult
    public func append(_ fact: LedgerFact, trace: TraceContext? = nil) async throws(KafkaError) -> Ledger.Judgement {
        try await append([fact], traces: trace.map { [$0] } ?? [])[0]
    }

    /// Appends several facts at once, in their order; see ``append(_:trace:)``.
    ///
    /// - Parameter traces: The trace of each fact; where there is none, the one of its request begins.
    /// - Returns: The judgements in the facts' order.
    /// - Throws: As for one; some of the facts may stand in the log then.
    public func append(
        _ facts: [LedgerFact], traces: [TraceContext] = []
    ) async throws(KafkaError) -> [Ledger.Judgement] {
        let items = facts.enumerated().map { index, fact in
            let trace = index < traces.count ? traces[index] : TraceContext(startingAt: fact.requestId)
            return EventPublisher.Item(fact, key: fact.key, trace: trace)
        }
        let readBacks = expect(items.map(\.key))
        do {
            // Also when nobody reads any more: what happened should be in the log for those who come later.
            try await publisher.publish(items, to: Topics.ledger)
        } catch {
            withdraw(readBacks, items.map(\.key))
            throw error
        }
        var judgements: [Ledger.Judgement] = []
        for readBack in readBacks { judgements.append(try await readBack.judgement()) }
        return judgements
    }

    /// What an append throws whose fact nobody will read back here.
    static var notReadBack: KafkaError {
        KafkaError(
            .closed, "the ledger ended before the fact was read back: it may stand there, its judgement is unknown")
    }

    /// Begins to wait before the facts are sent: reading may be faster than the acknowledgement.
    private func expect(_ keys: [String]) -> [ReadBack] {
        let readBacks = keys.map { (key: $0, readBack: ReadBack()) }
        let isRead = state.withLock { state in
            readBacks.allSatisfy { state.book.expect($0.readBack, key: $0.key) }
        }
        if !isRead { for one in readBacks { one.readBack.settle(.failure(Self.notReadBack)) } }
        return readBacks.map(\.readBack)
    }

    private func withdraw(_ readBacks: [ReadBack], _ keys: [String]) {
        state.withLock { state in
            for (readBack, key) in zip(readBacks, keys) { state.book.withdraw(readBack, key: key) }
        }
    }
}
