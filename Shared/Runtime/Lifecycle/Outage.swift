/// Whether something outside answers, judged by what every try comes to.
///
/// One failure is none of its outages: a connection breaks, a server is started again. It counts as away when nothing but
/// failures has come for longer than `patience`, and as back with the first answer; also when nobody has tried for longer
/// than `memory`, for then nothing is known.
struct Outage: Sendable, Equatable {
    /// What has changed.
    enum Change: Sendable, Equatable {
        /// It is away, for this reason.
        case away(reason: String)
        /// It answers again, or nothing is known of it any more.
        case over(after: Duration, isAnswered: Bool)
    }

    private struct Failing: Equatable {
        let since: ContinuousClock.Instant
        var last: ContinuousClock.Instant
        var count = 1
        var reason: String
        var isTold = false
    }

    /// For how long nothing but failures must have come.
    let patience: Duration
    /// After how long without a try nothing is known.
    let memory: Duration
    private var failing: Failing?

    init(patience: Duration, memory: Duration) {
        self.patience = patience
        self.memory = memory
    }

    /// Whether it counts as away.
    var isAway: Bool { failing?.isTold ?? false }

    /// When ``check(at:)`` is to be called next; nil if there is no need.
    var nextCheck: ContinuousClock.Instant? {
        failing.map { failing in
            let forgotten = failing.last + memory
            return failing.isTold || failing.count < 2 ? forgotten : min(forgotten, failing.since + patience)
        }
    }

    /// A try was answered.
    mutating func answered(at now: ContinuousClock.Instant) -> Change? {
        defer { failing = nil }
        guard let failing, failing.isTold else { return nil }
        return .over(after: failing.since.duration(to: now), isAnswered: true)
    }

    /// A try has failed.
    mutating func failed(_ reason: String, at now: ContinuousClock.Instant) -> Change? {
        guard failing != nil else {
            failing = Failing(since: now, last: now, reason: reason)
            return nil
        }
        failing?.last = now
        failing?.reason = reason
        failing?.count += 1
        return check(at: now)
    }

    /// Time has passed.
    mutating func check(at now: ContinuousClock.Instant) -> Change? {
        guard let known = failing else { return nil }
        if now >= known.last + memory {
            failing = nil
            return known.isTold ? .over(after: known.since.duration(to: now), isAnswered: false) : nil
        }
        guard !known.isTold, known.count > 1, now >= known.since + patience else { return nil }
        failing?.isTold = true
        return .away(reason: known.reason)
    }
}
