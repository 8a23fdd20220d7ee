/// A token bucket over time: a burst, then one every interval.
struct RateLimit: Sendable {
    private let burst: Int
    private let interval: Duration
    private var used = 0
    private var since: ContinuousClock.Instant?

    init(burst: Int, interval: Duration) {
        self.burst = max(1, burst)
        self.interval = interval
    }

    /// Takes one token, or says how long until the next one.
    mutating func take(at now: ContinuousClock.Instant) -> Duration? {
        if let wait = wait(at: now) { return wait }
        if used == 0 { since = now }
        used += 1
        return nil
    }

    /// How long until the next token, nil if there is one.
    mutating func wait(at now: ContinuousClock.Instant) -> Duration? {
        refill(at: now)
        guard used >= burst else { return nil }
        return since.map { now.duration(to: $0.advanced(by: interval)) } ?? interval
    }

    /// Gives all tokens back.
    mutating func reset() { used = 0 }

    private mutating func refill(at now: ContinuousClock.Instant) {
        while used > 0, let last = since, now >= last.advanced(by: interval) {
            used -= 1
            since = last.advanced(by: interval)
        }
    }
}
