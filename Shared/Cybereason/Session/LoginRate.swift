/// How many logins may follow each other. Those of which no session came that worked may have been wrong ones, which
/// lock the account, and are seldom; the others only cost the console work.
struct LoginRate: Sendable {
    private var any: RateLimit
    private var unproved: RateLimit

    init(_ settings: SessionSettings) {
        any = RateLimit(burst: settings.loginBurst, interval: settings.provedLoginInterval)
        unproved = RateLimit(burst: settings.loginBurst, interval: settings.loginInterval)
    }

    /// Counts a login that begins now, or says how long until the next one may.
    mutating func take(at now: ContinuousClock.Instant) -> Duration? {
        if let wait = [any.wait(at: now), unproved.wait(at: now)].compactMap(\.self).max() { return wait }
        _ = any.take(at: now)
        _ = unproved.take(at: now)
        return nil
    }

    /// A request was answered within the session of the last login: the account is well.
    mutating func prove() { unproved.reset() }
}
