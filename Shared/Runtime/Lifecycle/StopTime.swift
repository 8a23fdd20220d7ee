/// The time that a service has for its end. Its components are stopped one after the other, so they share it: what one
/// takes, those after it have no more.
public enum StopTime {
    /// By when everything should have ended; nil outside of a lifecycle with a deadline.
    @TaskLocal static var end: ContinuousClock.Instant?

    /// What a `stop()` gets when the time is over already: enough for what is done but for the telling.
    static let least = Duration.milliseconds(500)

    /// How long a component's `stop()` may wait, called in it.
    ///
    /// - Parameters:
    ///   - limit: What it would like to have; it gets no more.
    ///   - rest: What those need that are stopped after it.
    public static func share(atMost limit: Duration, leaving rest: Duration = .zero) -> Duration {
        share(atMost: limit, leaving: rest, at: .now)
    }

    static func share(atMost limit: Duration, leaving rest: Duration, at now: ContinuousClock.Instant) -> Duration {
        guard let end else { return limit }
        return min(limit, max(now.duration(to: end) - rest, least))
    }
}
