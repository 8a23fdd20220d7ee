/// A pause that the other side asked for (`Retry-After`). It holds for every request to that host, not only for the one
/// that was answered with it.
struct HostPause: Sendable {
    /// The longest pause that is honoured: a host must not be able to silence the client for a day.
    let longest: Duration
    private var until: ContinuousClock.Instant?

    init(longest: Duration = .seconds(300)) {
        self.longest = longest
    }

    /// Pauses for a time from now; a pause is only ever made longer.
    mutating func extend(by duration: Duration, at now: ContinuousClock.Instant) {
        let end = now.advanced(by: min(max(duration, .zero), longest))
        until = max(until ?? end, end)
    }

    /// What is left of the pause, nil when there is none.
    func remaining(at now: ContinuousClock.Instant) -> Duration? {
        guard let until, now < until else { return nil }
        return now.duration(to: until)
    }
}
