internal import JSON
internal import Kafka
internal import Model

/// What a reader of the ledger knows: the fold, and which of its own facts it still waits to see.
///
/// A value without effects: whom to tell what is returned.
struct LedgerBook: Sendable {
    /// All facts read so far, folded.
    private(set) var ledger = Ledger()

    /// When the newest allowed `INTENT` of each request was read, on this reader's clock.
    private(set) var intentReadAt: [String: ContinuousClock.Instant] = [:]

    /// Appends that wait for their fact, by the fact's key, oldest first.
    private var expected: [String: [ReadBack]] = [:]

    /// The records of each request, if they are kept.
    private(set) var records: [String: FactRecords] = [:]
    private let keepsKeys: Bool

    /// The log's clock at its last record. It may go back: one record with a wrong time must not age all the others.
    private var newest = Timestamp.earliest

    /// How far the log's clock is ahead of this host's, as the last of its own facts shows it.
    private(set) var logAhead = Duration.zero

    /// Whether nothing more will be read.
    private(set) var hasEnded = false

    /// - Parameter keepsKeys: Whether to know what there is to forget of each request; about 150 bytes for each record.
    init(keepsKeys: Bool = false) { self.keepsKeys = keepsKeys }

    /// How many appends wait for their fact.
    var expectedCount: Int { expected.values.reduce(0) { $0 + $1.count } }

    /// Notes that a fact with this key is about to be appended; false if nobody would ever read it back.
    mutating func expect(_ readBack: ReadBack, key: String) -> Bool {
        guard !hasEnded else { return false }
        expected[key, default: []].append(readBack)
        return true
    }

    /// Notes that an append has failed, so that its fact may never come.
    mutating func withdraw(_ readBack: ReadBack, key: String) {
        expected[key]?.removeAll { $0 === readBack }
        if expected[key]?.isEmpty == true { expected[key] = nil }
    }

    /// Folds the log's next fact.
    ///
    /// - Returns: What it was judged, and the append that is answered by it.
    mutating func fold(
        _ fact: LedgerFact, _ record: KafkaRecord, now: ContinuousClock.Instant
    ) -> (judgement: Ledger.Judgement, answers: ReadBack?) {
        let logTime = record.time
        let judgement = ledger.apply(fact, key: record.keyText, logTime: logTime)
        newest = logTime
        if keepsKeys, let key = record.keyText {
            records[fact.requestId, default: FactRecords()].note(fact, key: key, logTime: logTime)
        }
        if judgement.counts, fact.fact == .intent { intentReadAt[fact.requestId] = now }
        let answered = takeExpected(fact, record)
        if answered != nil { logAhead = logTime - fact.at }
        return (judgement, answered)
    }

    /// Folds the tombstone of a record; true if a request is forgotten by it.
    mutating func forget(_ requestId: String, key: String) -> Bool {
        records[requestId]?.remove(key)
        if records[requestId]?.isEmpty == true { records[requestId] = nil }
        guard ledger.forget(requestId, key: key) else { return false }
        intentReadAt[requestId] = nil
        return true
    }

    /// The ids of which everything may be forgotten, of what the log took this long before its newest record.
    ///
    /// A record that could begin a request, and is left over when the request was forgotten, came beside the tombstones:
    /// it was void where it stands, and must go before those facts are gone that made it void.
    func forgettable(after time: Duration) -> [String] {
        let limit = newest - time
        return records.compactMap { id, records in isForgettable(id, records, limit) ? id : nil }
    }

    private func isForgettable(_ id: String, _ records: FactRecords, _ limit: Timestamp) -> Bool {
        guard let request = ledger.requests[id] else { return records.hasOpeners || records.newest < limit }
        return request.end != nil && records.newest < limit
    }

    /// The keys of a request's tombstones, in rounds; nil if it may not be forgotten, or not any more: since it was asked
    /// for, its id may have come again.
    func rounds(forgetting id: String, after time: Duration) -> [[String]]? {
        guard let records = records[id], isForgettable(id, records, newest - time) else { return nil }
        return records.rounds(opener: ledger.requests[id]?.opener)
    }

    /// The keys of the records that could begin the request and have not, the last one first.
    func idleOpeners(of id: String) -> [String] { records[id]?.idle(besides: ledger.requests[id]?.opener) ?? [] }

    /// Ends the reading.
    ///
    /// - Returns: Everyone who waits in vain now.
    mutating func end() -> [ReadBack] {
        hasEnded = true
        defer { expected = [:] }
        return expected.values.flatMap { $0 }
    }

    /// The first copy of a fact answers the first append of it. So each place in the log answers one append at most: a
    /// record that the producer wrote twice does not void what its first copy has decided, and the same fact appended
    /// twice is allowed once.
    private mutating func takeExpected(_ fact: LedgerFact, _ record: KafkaRecord) -> ReadBack? {
        // A foreign record may carry our key, but not with other bytes: the key holds their hash.
        guard let key = record.keyText, let first = expected[key]?.first, fact.key == key else { return nil }
        withdraw(first, key: key)
        return first
    }
}
