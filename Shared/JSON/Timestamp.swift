internal import Glibc

/// A point in time with milliseconds; RFC 3339 in UTC on the wire.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
    public var milliseconds: Int64

    /// Creates a time from milliseconds since 1970-01-01T00:00:00Z.
    @inlinable
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The computer's clock, cut to milliseconds.
    public static func now() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The first time that RFC 3339 can write: 0000-01-01T00:00:00.000Z.
    public static let earliest = Timestamp(milliseconds: -62_167_219_200_000)
    /// The last time that RFC 3339 can write: 9999-12-31T23:59:59.999Z.
    public static let latest = Timestamp(milliseconds: 253_402_300_799_999)

    /// Whether the first time is before the second.
    public static func < (a: Timestamp, b: Timestamp) -> Bool {
        a.milliseconds < b.milliseconds
    }

    /// A later time; parts of a millisecond are cut, and what no 64 bits can hold stays at their end.
    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        let (sum, passed) = time.milliseconds.addingReportingOverflow(duration.wholeMilliseconds)
        return Timestamp(milliseconds: passed ? (duration < .zero ? .min : .max) : sum)
    }

    /// An earlier time; parts of a millisecond are cut, and what no 64 bits can hold stays at their end.
    public static func - (time: Timestamp, duration: Duration) -> Timestamp {
        let (sum, passed) = time.milliseconds.subtractingReportingOverflow(duration.wholeMilliseconds)
        return Timestamp(milliseconds: passed ? (duration < .zero ? .max : .min) : sum)
    }

    /// How much later the first time is than the second.
    public static func - (a: Timestamp, b: Timestamp) -> Duration {
        .milliseconds(a.milliseconds) - .milliseconds(b.milliseconds)
    }

    /// A later time, in place.
    public static func += (time: inout Timestamp, duration: Duration) {
        time = time + duration
    }

    /// An earlier time, in place.
    public static func -= (time: inout Timestamp, duration: Duration) {
        time = time - duration
    }
}

extension Duration {
    /// Milliseconds, cut toward zero; what 64 bits cannot hold stays at their end.
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, passed) = seconds.multipliedReportingOverflow(by: 1000)
        if passed { return seconds < 0 ? .min : .max }
        let (sum, passedAgain) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return passedAgain ? (seconds < 0 ? .min : .max) : sum
    }
}
