/// Pauses between attempts: exponential with full jitter, so that many clients that failed together do not come back
/// together.
public struct Backoff: Sendable, Equatable {
    /// The upper bound of the first pause.
    public var base: Duration
    /// The upper bound of any pause.
    public var cap: Duration

    /// Pauses between nothing and `base`, doubled every time up to `cap`.
    public init(base: Duration = .milliseconds(200), cap: Duration = .seconds(10)) {
        self.base = base
        self.cap = cap
    }

    /// The longest pause that may follow a number of failed attempts (1 or more).
    public func ceiling(afterFailures count: Int) -> Duration {
        var ceiling = base
        for _ in 1..<max(2, min(count, 40)) where ceiling < cap && count > 1 { ceiling *= 2 }
        return min(ceiling, cap)
    }

    /// The pause after a number of failed attempts.
    ///
    /// - Parameters:
    ///   - count: failed attempts so far, 1 or more.
    ///   - chance: a random number from 0 up to 1.
    ///   - floor: what the other side asked for at least; the jitter comes on top of it.
    public func pause(afterFailures count: Int, chance: Double, floor: Duration = .zero) -> Duration {
        floor + ceiling(afterFailures: count) * min(max(chance, 0), 1)
    }
}
