internal import Kafka
internal import Model
internal import Pipeline

/// Writing results: one batch after the other, so that each request's versions rise in the order of the topic.
extension TrackingDesk {
    private static var largestBatch: Int { 200 }

    /// Writes what is behind until nothing is.
    func writeAll() async {
        isWriting = true
        while !unwritten.isEmpty {
            let batch = unwritten.prefix(Self.largestBatch)
            unwritten.subtract(batch)
            await write(batch.compactMap(result))
        }
        isWriting = false
        noteIdle()
    }

    private typealias Outgoing = (result: RemediationResult, isFirstEnd: Bool)

    /// The result that a request needs, if it needs one.
    private func result(_ id: String) -> Outgoing? {
        guard ownership.owns(id), let request = ledger.entry(id)?.request else { return nil }
        take(request)
        let candidate = RemediationResult(request, tracked: tracked[id], ended: ended[id], now: now()).fitting()
        switch book.verdict(on: candidate, partition: ownership.partition(of: id)) {
        case .upToDate:
            // All that was found out is written.
            if ended[id]?.isSettled(now: now()) == true { leave(id) }
            return nil
        case .write(let result, let isFirstEnd): return (result, isFirstEnd)
        case .contradiction(let written, let ledger):
            observation.contradicted(id, written: written, ledger: ledger)
            return nil
        }
    }

    /// Writes results until Kafka has them, or the partitions have changed: then it begins anew with what is behind.
    private func write(_ batch: [Outgoing]) async {
        let assignment = generation
        let written = await Written.persistently(
            backoff: Backoff(limit: .seconds(5)),
            failed: { error, _ in observation.notWritten(batch.count, error) },
            {
                guard generation == assignment else { return }
                learn(batch, at: try await topic.write(batch.map(\.result)))
            })
        switch written {
        case .done: break
        case .refused where batch.count > 1:
            // One that Kafka refuses must not keep the others.
            for one in batch where generation == assignment { await write([one]) }
        case .refused(let error): observation.refused(batch[0].result, error)
        case .ended(let error): observation.notWritten(batch.count, error)
        }
    }

    private func learn(_ batch: [Outgoing], at positions: [RecordPosition]) {
        for (one, position) in zip(batch, positions) {
            observation.wrote(one.result, isFirstEnd: one.isFirstEnd)
            // The partition may have gone meanwhile; its next owner reads the result there.
            guard ownership.partitions.contains(position.partition) else { continue }
            book.learn(one.result, partition: position.partition, offset: position.offset)
            guard ended[one.result.requestId] != nil else { continue }
            learned(one.result.requestId)
            unwritten.insert(one.result.requestId)
        }
        pollSignal.raise()
    }
}
