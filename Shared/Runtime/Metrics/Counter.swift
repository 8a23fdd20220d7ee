internal import Synchronization

/// A number that only grows, since the process began. A relaxed atomic: some nanoseconds, from any thread.
public final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    init() {}

    /// Adds `amount`; a negative one is ignored, since a counter never falls.
    public func add(_ amount: Int = 1) {
        guard amount > 0 else { return }
        count.add(UInt64(amount), ordering: .relaxed)
    }

    /// The count so far.
    public var value: UInt64 { count.load(ordering: .relaxed) }
}
