/// How long to wait before the next try: exponential with full jitter, so that many waiters do not come back together.
public struct Backoff: Sendable {
    /// The longest wait before the first retry.
    public let base: Duration

    /// The longest wait of all.
    public let limit: Duration

    /// How many tries have failed so far.
    public private(set) var failures = 0

    /// Starts without a failure.
    public init(base: Duration = .milliseconds(250), limit: Duration = .seconds(30)) {
        self.base = base
        self.limit = limit
    }

    /// The longest that ``next(using:)`` may answer now.
    public var ceiling: Duration {
        let doubled = base * Double(1 << min(failures, 20))
        return min(doubled, limit)
    }

    /// Counts a failure and chooses the wait before the next try, between nothing and ``ceiling``.
    public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let wait = ceiling * Double.random(in: 0...1, using: &generator)
        failures += 1
        return wait
    }

    /// Counts a failure and chooses the wait before the next try.
    public mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }

    /// Starts over after a success.
    public mutating func reset() { failures = 0 }
}
