internal import Glibc

/// A value guarded by a lock, with a condition that a thread can wait for until a deadline.
///
/// It is a POSIX mutex and not `Synchronization.Mutex` for two reasons: our own threads must be able to wait here,
/// and Thread Sanitizer understands POSIX mutexes while it reports false races under the other.
@safe package final class Monitor<Value: Sendable>: @unchecked Sendable {
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    /// A monitor that guards `value`.
    package init(_ value: Value) {
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        // The wall clock may be set back while a thread waits, so the condition counts on the monotonic one.
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the value while the lock is held. `body` must not call out to foreign code.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Wakes every thread that waits, so that it looks at the value again.
    package func signal() {
        unsafe pthread_cond_broadcast(condition)
    }

    /// Blocks the calling thread until `body` gives a result or the deadline passes (then nil).
    ///
    /// Only for threads of our own: never call it on the cooperative pool.
    package func wait<Result>(until deadline: ContinuousClock.Instant?, _ body: (inout Value) -> Result?) -> Result? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value) { return result }
            guard let deadline else {
                unsafe pthread_cond_wait(condition, mutex)
                continue
            }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return nil }
            var limit = Self.monotonic(after: left)
            unsafe pthread_cond_timedwait(condition, mutex, &limit)
        }
    }

    /// The monotonic time `duration` from now, as POSIX wants it.
    private static func monotonic(after duration: Duration) -> timespec {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        let (seconds, attoseconds) = duration.components
        // A wait of more than a day is as good as one of a day, and cannot overflow.
        now.tv_sec += Int(min(seconds, 86_400))
        now.tv_nsec += Int(attoseconds / 1_000_000_000)
        if now.tv_nsec >= 1_000_000_000 {
            now.tv_nsec -= 1_000_000_000
            now.tv_sec += 1
        }
        return now
    }
}
