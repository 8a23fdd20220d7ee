internal import Model

/// What the results topic says of each request, in the partitions that this instance has.
///
/// It decides what is to be written: a version above every other, never the same twice, and never another end than the
/// one that was written. Of a request that has ended it keeps no more than that.
struct ResultBook: Sendable {
    /// What to do about a request.
    enum Verdict: Sendable, Equatable {
        case upToDate

        /// Write this one; whether it is the first end of its request is to be asked before it is written, for then it
        /// may come back from the topic sooner than Kafka's acknowledgement.
        case write(RemediationResult, isFirstEnd: Bool)

        /// The ledger has another end than the one that stands in the topic. An end never changes, so nothing is
        /// written; somebody else than a tracker has written there.
        case contradiction(written: RequestState, ledger: RequestState)
    }

    private struct Known {
        /// The highest version that was written.
        var version: Int64

        /// Where the newest result stands, and what state it shows.
        var offset: Int64
        var newest: RequestState

        /// The first end that was written.
        var end: RequestState?

        /// The newest result while the request is open.
        var details: RemediationResult?
    }

    private var partitions: [Int32: [String: Known]] = [:]

    /// Takes a result over that stands in the topic: read at assignment, or written since, by whomever.
    ///
    /// - Returns: Whether it is news.
    @discardableResult
    mutating func learn(_ result: RemediationResult, partition: Int32, offset: Int64) -> Bool {
        let known = partitions[partition]?[result.requestId]
        if let known, known.offset >= offset { return false }
        let end = known?.end ?? (result.state.isEnd ? result.state : nil)
        partitions[partition, default: [:]][result.requestId] = Known(
            version: max(known?.version ?? 0, result.version), offset: offset, newest: result.state, end: end,
            details: end == nil ? result : nil)
        return true
    }

    /// The newest result of a request that is open.
    func newest(_ id: String, partition: Int32) -> RemediationResult? { partitions[partition]?[id]?.details }

    /// The end that was written for a request.
    func end(of id: String, partition: Int32) -> RequestState? { partitions[partition]?[id]?.end }

    /// What to do, given how a request stands now. The version is filled in here.
    func verdict(on candidate: RemediationResult, partition: Int32) -> Verdict {
        var next = candidate
        next.version = 1
        guard let known = partitions[partition]?[candidate.requestId] else {
            return .write(next, isFirstEnd: next.state.isEnd)
        }
        next.version = min(max(known.version, 0), .max - 1) + 1
        guard let end = known.end else {
            let isNews = known.details.map { !candidate.saysTheSame(as: $0) } ?? true
            return isNews ? .write(next, isFirstEnd: next.state.isEnd) : .upToDate
        }
        // Our view of the ledger is behind whoever wrote the end.
        guard candidate.state.isEnd else { return .upToDate }
        guard candidate.state == end else { return .contradiction(written: end, ledger: candidate.state) }
        // A zombie may have written over the end.
        return known.newest == end ? .upToDate : .write(next, isFirstEnd: false)
    }
}
