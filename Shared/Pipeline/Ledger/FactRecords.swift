internal import JSON
internal import Model

/// The records in the log that are about one request, counted or void: what there is to forget of it.
struct FactRecords: Sendable {
    /// The keys of the records that could begin the request, in the log's order: the first of them did.
    private(set) var openers: [String] = []

    /// The keys of all others.
    private(set) var others: [String] = []

    /// When the log took the last of them.
    private(set) var newest = Timestamp.earliest

    var isEmpty: Bool { openers.isEmpty && others.isEmpty }

    mutating func note(_ fact: LedgerFact, key: String, logTime: Timestamp) {
        newest = max(newest, logTime)
        let opens = fact.fact == .accepted || (fact.fact == .refused && fact.request != nil)
        if opens {
            if !openers.contains(key) { openers.append(key) }
        } else {
            if !others.contains(key) { others.append(key) }
        }
    }

    /// A tombstone of this key was read.
    mutating func remove(_ key: String) {
        openers.removeAll { $0 == key }
        others.removeAll { $0 == key }
    }

    /// The keys in the order in which they may go, each round after the one before is in the log.
    ///
    /// Compaction may stop between any two. What is left must never read as a request that is open: so first goes what
    /// could begin it again, then what has begun it, and only then what says that it has ended.
    var rounds: [[String]] { [Array(openers.dropFirst().reversed()), Array(openers.prefix(1)), others] }
}
