internal import Synchronization

/// Whether the process is of use at all: if not, only a new one helps, and `/livez` says so.
///
/// A dependency that is away is no reason: that is what readiness is for.
public final class Liveness: Sendable {
    /// Why a check holds the process for stuck; nil if it does not.
    public typealias Check = @Sendable () -> String?

    private let checks = Mutex<[String: Check]>([:])

    /// Without checks.
    public init() {}

    /// Adds a check, which answers at once. One of the same name is replaced.
    public func check(_ name: String, _ check: @escaping Check) {
        checks.withLock { $0[name] = check }
    }

    /// Adds something that has to make progress: a loop that says so every time it goes round. If it was silent for longer
    /// than `limit`, the process is stuck.
    public func progress(_ name: String, stuckAfter limit: Duration) -> Progress {
        let progress = Progress()
        watch(name, progress, stuckAfter: limit)
        return progress
    }

    func watch(_ name: String, _ progress: Progress, stuckAfter limit: Duration) {
        check(name) {
            guard let age = progress.age, age > limit else { return nil }
            return "no progress for \(age.components.seconds) s"
        }
    }

    /// What holds the process for stuck, with the reasons, in the order of the names. Empty if it lives.
    public var stuck: [(name: String, reason: String)] {
        let checks = checks.withLock { $0 }
        return checks.sorted { $0.key < $1.key }.compactMap { name, check in check().map { (name, $0) } }
    }
}

/// When something went round last, on the monotonic clock.
public final class Progress: Sendable {
    private let last: Atomic<Int64>
    private static let resting = Int64.min
    private let now: @Sendable () -> Int64

    /// Progress was made just now. `now` gives nanoseconds that never jump.
    init(now: @escaping @Sendable () -> Int64 = { MonotonicClock.nanoseconds }) {
        self.now = now
        last = Atomic(now())
    }

    /// It went round.
    public func made() { last.store(now(), ordering: .relaxed) }

    /// It has nothing to do until the next `made()`: no reason to call it stuck.
    public func rest() { last.store(Self.resting, ordering: .relaxed) }

    /// How long ago it went round; nil while it rests.
    public var age: Duration? {
        let last = last.load(ordering: .relaxed)
        return last == Self.resting ? nil : .nanoseconds(now() - last)
    }
}
