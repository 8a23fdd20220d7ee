internal import JSON
internal import Model

/// What the results topic says of each request, in the partitions that this instance has.
///
/// It decides what is to be written: a version above every other, never the same twice, and never another end than the
/// one that was written. Of a request that has ended it keeps no more than that, unless its actions are not as the
/// ledger has them.
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

    /// What a result says of an end beside its state.
    struct Knowledge: Sendable, Hashable {
        /// Nil from an earlier release, and where there is nothing to verify.
        var verification: Verification?
        var amended: String?

        /// Whether the other one was written with the knowledge of this one, and more.
        func isLess(than other: Knowledge) -> Bool {
            guard amended == other.amended else { return (other.amended ?? "").hasPrefix(amended ?? "") }
            let isOpen = verification == nil || verification == .pending
            return isOpen && other.verification != nil && other.verification != verification
        }
    }

    /// The end of a request as it stands in the topic.
    struct Standing: Sendable {
        let state: RequestState
        let verification: Verification?

        /// All that was written, where something became known after the end.
        let amendment: RemediationResult?
    }

    fileprivate struct Shown: Sendable, Hashable {
        var state: RequestState
        var knowledge: Knowledge
        var hasReceipts = false

        /// Whether it is of an earlier request with the same id.
        var isOfAnEarlierLife = false

        /// Whether its version is below that of an earlier record: who read that one passes this one by, also where
        /// compaction has left nothing else.
        var isBelow = false
    }

    fileprivate struct Known: Sendable {
        /// The highest version that was written.
        var version: Int64

        /// Where the newest result stands, and what it shows.
        var offset: Int64
        var shown: Shown

        /// What takes the quarantines of its end back, in the order of its actions; nil where nothing was found.
        var receipts: [UndoReceipt?]?

        /// When the request was accepted that all this is about: an id may come again after the ledger forgot it.
        var acceptedAt: Timestamp?

        /// The first end that was written, and the most that was written of it.
        var end: RequestState?
        var knowledge = Knowledge()
    }

    private struct Partition: Sendable {
        var known: [String: Known] = [:]

        /// The newest result of an open request, and of an amended end the one that says most.
        var details: [String: RemediationResult] = [:]
    }

    private var partitions: [Int32: Partition] = [:]

    // MARK: - Learning

    /// Takes a result over that stands in the topic: read at assignment, or written since, by whomever.
    ///
    /// - Returns: Whether it is news.
    @discardableResult
    mutating func learn(_ result: RemediationResult, partition: Int32, offset: Int64) -> Bool {
        let id = result.requestId
        let before = partitions[partition]?.known[id]
        if let before, before.offset >= offset { return false }
        let shown = Shown(result)
        var known = before ?? Known(version: 0, offset: offset, shown: shown, acceptedAt: result.acceptedAt)
        known.shown = shown
        known.shown.isBelow = result.version < known.version
        known.version = max(known.version, result.version)
        known.offset = offset
        if known.isBefore(result) {
            (known.acceptedAt, known.end, known.knowledge) = (result.acceptedAt, nil, Knowledge())
            known.receipts = nil
            partitions[partition]?.details[id] = nil
        } else if known.isAfter(result) {
            known.shown.isOfAnEarlierLife = true
        }
        if !known.shown.isOfAnEarlierLife, known.take(result) {
            let isNeeded = known.end == nil || result.amended != nil
            partitions[partition, default: Partition()].details[id] = isNeeded ? result : nil
        }
        partitions[partition, default: Partition()].known[id] = known
        return true
    }

    /// The ledger has forgotten a request. Should its id come again, only the version goes on.
    mutating func forget(_ id: String, partition: Int32) { partitions[partition]?.details[id] = nil }

    // MARK: - Asking

    /// The newest result of a request that is open.
    func newest(_ id: String, partition: Int32) -> RemediationResult? {
        guard end(of: id, partition: partition) == nil else { return nil }
        return partitions[partition]?.details[id]
    }

    /// The end that was written for a request.
    func end(of id: String, partition: Int32) -> RequestState? { partitions[partition]?.known[id]?.end }

    /// The end that was written for the request that was accepted then.
    func standing(of id: String, acceptedAt: Timestamp, partition: Int32) -> Standing? {
        guard let known = partitions[partition]?.known[id], let end = known.end else { return nil }
        guard known.acceptedAt.map({ $0 >= acceptedAt }) ?? true else { return nil }
        return Standing(
            state: end, verification: known.knowledge.verification, amendment: partitions[partition]?.details[id])
    }

    /// How many requests more is kept of than what decides about versions.
    var detailCount: Int { partitions.values.reduce(0) { $0 + $1.details.count } }

    /// What to do, given how a request stands now. The version is filled in here, and what was found out about its end
    /// where the candidate says nothing of that.
    func verdict(on candidate: RemediationResult, partition: Int32) -> Verdict {
        var next = candidate
        next.version = 1
        guard let known = partitions[partition]?.known[candidate.requestId] else {
            return .write(next, isFirstEnd: next.state.isEnd)
        }
        let details = partitions[partition]?.details[candidate.requestId]
        next.version = min(max(known.version, 0), .max - 1) + 1
        if known.isBefore(candidate) { return .write(next, isFirstEnd: next.state.isEnd) }
        // Our view of the ledger is behind whoever wrote that.
        if known.isAfter(candidate) { return .upToDate }
        guard let end = known.end else {
            let isNews = known.shown.isOfAnEarlierLife || details.map { !candidate.saysTheSame(as: $0) } ?? true
            return isNews ? .write(next, isFirstEnd: next.state.isEnd) : .upToDate
        }
        guard candidate.state.isEnd else { return .upToDate }
        guard candidate.state == end else { return .contradiction(written: end, ledger: candidate.state) }
        if let receipts = known.receipts { next.add(receipts) }
        if next.verification == nil { next.say(known.knowledge, as: details) }
        // A zombie may have written over the end, or over what was found out about it.
        return known.shown == Shown(next) ? .upToDate : .write(next, isFirstEnd: false)
    }
}

extension ResultBook.Shown {
    init(_ result: RemediationResult) {
        state = result.state
        knowledge = ResultBook.Knowledge(verification: result.verification, amended: result.amended)
        hasReceipts = result.receipts != nil
    }
}

extension ResultBook.Known {
    /// Whether the result is about a later request with the same id.
    func isBefore(_ result: RemediationResult) -> Bool {
        guard let acceptedAt, let other = result.acceptedAt else { return false }
        return acceptedAt < other
    }

    /// Whether the result is about an earlier request with the same id.
    func isAfter(_ result: RemediationResult) -> Bool {
        guard let acceptedAt, let other = result.acceptedAt else { return false }
        return acceptedAt > other
    }

    /// Takes over what a result says; whether it is the one to go by now.
    mutating func take(_ result: RemediationResult) -> Bool {
        acceptedAt = acceptedAt ?? result.acceptedAt
        guard let end else {
            if result.state.isEnd { (end, knowledge, receipts) = (result.state, shown.knowledge, result.receipts) }
            return true
        }
        guard result.state == end, !shown.knowledge.isLess(than: knowledge) else { return false }
        knowledge = shown.knowledge
        receipts = result.receipts ?? receipts
        return true
    }
}

extension RemediationResult {
    /// What takes its quarantines back, in the order of its actions; nil where nothing does. What takes an isolation back
    /// follows from the ledger alone, so it need not be kept.
    fileprivate var receipts: [UndoReceipt?]? {
        let all = actions.map { $0.actionType == .quarantineFile ? $0.undo : nil }
        return all.contains { $0 != nil } ? all : nil
    }

    /// Adds what another tracker has found, or this one before it has forgotten the request.
    fileprivate mutating func add(_ receipts: [UndoReceipt?]) {
        guard receipts.count == actions.count else { return }
        for index in actions.indices where actions[index].undo == nil { actions[index].undo = receipts[index] }
    }

    /// Says what was found out about the end.
    fileprivate mutating func say(_ knowledge: ResultBook.Knowledge, as standing: RemediationResult?) {
        verification = knowledge.verification
        amended = knowledge.amended
        if let standing, amended != nil { actions = standing.actions }
    }
}
