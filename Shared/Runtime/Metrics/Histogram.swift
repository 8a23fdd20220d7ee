internal import Synchronization

/// How often values fell below each of some bounds, and their sum. Lock-free.
public final class Histogram: Sendable {
    /// Bounds in seconds for what takes milliseconds: 5 ms to 10 s.
    public static let seconds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// Bounds in seconds for what takes minutes: 1 s to 6 h.
    public static let longSeconds: [Double] = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 21600]
    /// Bounds for counts: 1 to 10,000.
    public static let counts: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000]

    /// More bounds than this have no place.
    static let maxBounds = 23

    let bounds: [Double]
    private let buckets = InlineArray<24, Atomic<UInt64>> { _ in Atomic(0) }
    private let sumBits = Atomic<UInt64>(Double(0).bitPattern)

    init(_ bounds: [Double]) {
        precondition(bounds.count <= Self.maxBounds, "a histogram has at most \(Self.maxBounds) bounds")
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "a histogram's bounds rise")
        self.bounds = bounds
    }

    /// Counts a value. What is not a number is ignored: it would spoil the sum for ever.
    public func observe(_ value: Double) {
        guard !value.isNaN else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        buckets[index].add(1, ordering: .relaxed)
        sumBits.addDouble(value)
    }

    /// Counts a duration, in seconds.
    public func observe(_ duration: Duration) { observe(duration / .seconds(1)) }

    /// The sum of all values so far.
    public var sum: Double { Double(bitPattern: sumBits.load(ordering: .relaxed)) }

    /// How many values there were so far.
    public var count: UInt64 { cumulative.last ?? 0 }

    /// How many values are at or below each bound, and at last how many there are.
    var cumulative: [UInt64] {
        var total: UInt64 = 0
        return (0...bounds.count).map { index in
            total += buckets[index].load(ordering: .relaxed)
            return total
        }
    }
}
