internal import JSON
internal import Model

/// The records in the log that are about one request, counted or void: what there is to forget of it.
///
/// There may be very many, where a sender repeats itself without end.
struct FactRecords: Sendable {
    /// The keys of the records that could begin the request, each with its place among them.
    private var openers: [String: Int] = [:]
    private var openersSeen = 0

    /// The keys of all others.
    private var others: Set<String> = []

    /// When the log took the last of them.
    private(set) var newest = Timestamp.earliest

    var isEmpty: Bool { openers.isEmpty && others.isEmpty }

    /// Whether one of them could begin the request.
    var hasOpeners: Bool { !openers.isEmpty }

    mutating func note(_ fact: LedgerFact, key: String, logTime: Timestamp) {
        newest = max(newest, logTime)
        let opens = fact.fact == .accepted || (fact.fact == .refused && fact.request != nil)
        guard opens else {
            others.insert(key)
            return
        }
        guard openers[key] == nil else { return }
        openers[key] = openersSeen
        openersSeen += 1
    }

    /// A tombstone of this key was read.
    mutating func remove(_ key: String) {
        openers[key] = nil
        others.remove(key)
    }

    /// What could begin the request, and has not: the last one first.
    ///
    /// - Parameter opener: What has begun it; nil if it is not known any more.
    func idle(besides opener: String?) -> [String] {
        openers.filter { $0.key != opener }.sorted { $0.value > $1.value }.map(\.key)
    }

    /// The keys in the order in which they may go, each round after the one before is in the log.
    ///
    /// Compaction may stop between any two. What is left must never read as a request that is open: so first goes what
    /// could begin it again, then what has begun it, and only then what says that it has ended.
    func rounds(opener: String?) -> [[String]] {
        let begun = opener.flatMap { openers[$0] == nil ? nil : $0 }
        return [idle(besides: begun), begun.map { [$0] } ?? [], others.sorted()]
    }
}
