/// When each remediation is asked for next: often while something happens in it, ever more seldom while nothing does.
struct TrackingSchedule<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
    /// How often to ask.
    struct Pace: Sendable {
        let shortest: Duration
        let longest: Duration

        /// By how much the interval grows each time that nothing has changed.
        var growth = 1.5

        /// How much earlier than the interval says, at most, so that many do not come at the same time: a share of it.
        var jitter = 0.25
    }

    private struct Entry {
        var due: Instant
        var interval: Duration
        var isBusy = false
    }

    private let pace: Pace
    private var entries: [String: Entry] = [:]

    init(_ pace: Pace) {
        self.pace = pace
    }

    /// How many are followed.
    var count: Int { entries.count }

    /// When the next one is due that is not being asked for already.
    var nextDue: Instant? {
        entries.values.lazy.filter { !$0.isBusy }.map(\.due).min()
    }

    /// Follows one, from now on. One that is followed already stays as it is.
    ///
    /// - Parameter delay: How long the first time may wait, so that several may be asked for together.
    mutating func add(_ id: String, after delay: Duration = .zero, now: Instant) {
        guard entries[id] == nil else { return }
        entries[id] = Entry(due: now.advanced(by: delay), interval: pace.shortest)
    }

    /// Follows one no longer.
    mutating func remove(_ id: String) { entries[id] = nil }

    /// The ones that are due, the longest waiting first. Each is left alone until ``asked(_:changed:notBefore:now:using:)``.
    mutating func takeDue(now: Instant, atMost limit: Int) -> [String] {
        let due = entries.filter { !$0.value.isBusy && $0.value.due <= now }
            .sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }.prefix(max(0, limit))
        for (id, _) in due { entries[id]?.isBusy = true }
        return due.map(\.key)
    }

    /// One was asked for.
    ///
    /// - Parameters:
    ///   - changed: Whether something had happened: then the interval begins anew.
    ///   - wait: The least time until the next one, when the console asked for a pause.
    mutating func asked(
        _ id: String, changed: Bool, notBefore wait: Duration? = nil, now: Instant,
        using generator: inout some RandomNumberGenerator
    ) {
        guard var entry = entries[id] else { return }
        entry.interval = changed ? pace.shortest : min(pace.longest, entry.interval * pace.growth)
        let early = entry.interval * (pace.jitter * Double.random(in: 0...1, using: &generator))
        entry.due = now.advanced(by: max(entry.interval - early, wait ?? .zero))
        entry.isBusy = false
        entries[id] = entry
    }
}
