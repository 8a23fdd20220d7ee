internal import Synchronization

/// A number that rises and falls.
public final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(Double(0).bitPattern)

    init() {}

    /// Sets the number.
    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    /// Sets the number.
    public func set(_ value: some BinaryInteger) { set(Double(value)) }

    /// 1 for true, 0 for false.
    public func set(_ value: Bool) { set(value ? 1.0 : 0.0) }

    /// Adds `amount`, which may be negative.
    public func add(_ amount: Double) { bits.addDouble(amount) }

    /// The number now.
    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

extension Atomic<UInt64> {
    /// Adds to the double whose bits this holds.
    borrowing func addDouble(_ amount: Double) {
        var old = load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, original) = weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }
}
