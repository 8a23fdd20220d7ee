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

    /// The result that a request needs, if it needs one.
    private func result(_ id: String) -> RemediationResult? {
        guard ownership.owns(id), let request = ledger.entry(id)?.request else { return nil }
        let candidate = RemediationResult(request, tracked: tracked[id], now: now())
        switch book.verdict(on: candidate, partition: ownership.partition(of: id)) {
        case .upToDate: return nil
        case .write(let result): return result
        case .contradiction(let written, let ledger):
            observation.contradicted(id, written: written, ledger: ledger)
            return nil
        }
    }

    private func write(_ results: [RemediationResult]) async {
        guard !results.isEmpty else { return }
        do {
            learn(results, at: try await topic.write(results))
        } catch  where results.count > 1 {
            // One that Kafka refuses must not keep the others.
            for result in results { await write([result]) }
        } catch {
            observation.refused(results[0], error)
        }
    }

    private func learn(_ results: [RemediationResult], at positions: [RecordPosition]) {
        for (result, position) in zip(results, positions) {
            let isEnd = result.state.isEnd && book.end(of: result.requestId, partition: position.partition) == nil
            observation.wrote(result, isFirstEnd: isEnd)
            // The partition may have gone meanwhile; its next owner reads the result there.
            guard ownership.partitions.contains(position.partition) else { continue }
            book.learn(result, partition: position.partition, offset: position.offset)
        }
    }
}
