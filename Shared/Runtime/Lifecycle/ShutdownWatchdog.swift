internal import Synchronization

/// A thread that waits beside a shutdown, and says what it hangs in when it takes too long.
final class ShutdownWatchdog: Sendable {
    private let deadline: Duration
    private let hung: @Sendable (String) -> Void
    private let isDone = Atomic(false)

    init(deadline: Duration, hung: @escaping @Sendable (String) -> Void) {
        self.deadline = deadline
        self.hung = hung
    }

    /// The time counts from now on. `step` is asked when it is over.
    func arm(step: @escaping @Sendable () -> String) {
        DetachedThread.start("watchdog") { [self] in
            MonotonicClock.block(for: deadline)
            expire(step: step)
        }
    }

    /// The time is over: says where it hangs, unless it is done.
    func expire(step: () -> String) {
        if !isDone.load(ordering: .acquiring) { hung(step()) }
    }

    /// It ended in time.
    func disarm() { isDone.store(true, ordering: .releasing) }
}
