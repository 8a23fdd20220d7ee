// Both have `timespec`, and which of them Swift takes it from depends on what it has read before.
internal import CSystem
internal import Glibc

/// Time that never jumps, for what measures ages.
enum MonotonicClock {
    /// Nanoseconds since some moment in the past.
    static var nanoseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Blocks the calling thread, which is no task's, for `duration`.
    static func block(for duration: Duration) {
        let end = nanoseconds + Int64(clamping: duration.wholeMilliseconds) * 1_000_000
        var until = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
        while unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nil) == EINTR {}
    }
}
