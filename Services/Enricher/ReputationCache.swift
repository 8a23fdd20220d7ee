internal import JSON
internal import Model

/// The reputations that still hold, up to a number of them.
struct ReputationCache: Sendable {
    private struct Entry: Sendable {
        let reputation: Reputation
        let expiresAt: Timestamp
    }

    private let capacity: Int
    private let longest: Duration
    private var entries: [Indicator: Entry] = [:]

    /// - Parameter longest: The longest time that anything is kept, whatever the record says: others may write the topic.
    init(capacity: Int, longest: Duration) {
        self.capacity = max(1, capacity)
        self.longest = longest
    }

    var count: Int { entries.count }

    /// What is known of an indicator now; nil if it has to be asked for.
    func reputation(of indicator: Indicator, at now: Timestamp) -> Reputation? {
        guard let entry = entries[indicator], now < entry.expiresAt else { return nil }
        return entry.reputation
    }

    /// Keeps a reputation, unless what is kept was checked later. What has expired is no rival: the clock of who checked it
    /// may be ahead.
    mutating func store(_ reputation: Reputation, at now: Timestamp) {
        let known = entries[reputation.indicator]
        if let known, now < known.expiresAt, known.reputation.checkedAt > reputation.checkedAt { return }
        let expiresAt = min(reputation.expiresAt, now + longest)
        guard now < expiresAt else {
            entries[reputation.indicator] = nil
            return
        }
        entries[reputation.indicator] = Entry(reputation: reputation, expiresAt: expiresAt)
        if entries.count > capacity { makeRoom(at: now) }
    }

    /// Forgets an indicator by the key of its record.
    mutating func remove(key: String) {
        guard let colon = key.firstIndex(of: ":"), let type = IndicatorType(rawValue: String(key[..<colon])) else {
            return
        }
        entries[Indicator(type, String(key[key.index(after: colon)...]))] = nil
    }

    /// Drops what has expired; if that is not enough, an eighth: what would expire first.
    private mutating func makeRoom(at now: Timestamp) {
        entries = entries.filter { now < $0.value.expiresAt }
        let excess = entries.count - capacity
        guard excess > 0 else { return }
        let first = entries.sorted { $0.value.expiresAt < $1.value.expiresAt }
        for (indicator, _) in first.prefix(max(excess, capacity / 8)) { entries[indicator] = nil }
    }
}
