internal import CSystem

/// Does something that this process must not do late: it is killed if it has not ended in time.
///
/// A check before a deed says nothing of a process that is stopped right after the check, or gets no processor, for
/// minutes: when it goes on, it does what it should not do any more. The kernel's timer does not wait for the process: it
/// ends it as `kill -9` does, also while it is stopped. (Not so the first process of a container, which the kernel spares;
/// a service is never that, see ``ServiceProgram``.)
public enum DeadMansTimer {
    /// The timer cannot be had.
    public struct Unavailable: Error, Sendable, CustomStringConvertible {
        /// The system's words.
        public let description: String
    }

    /// Runs `body`; if it has not returned after `limit`, the process is killed. Time counts while the machine sleeps.
    ///
    /// - Throws: ``Unavailable``; then `body` was not run.
    @discardableResult
    public static func run<Value>(within limit: Duration, _ body: () async -> Value) async throws(Unavailable) -> Value
    {
        var timer: Int32 = 0
        let milliseconds = max(
            1, limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000)
        let error = unsafe csystem_kill_after(Int(milliseconds), &timer)
        guard error == 0 else { throw Unavailable(description: "no timer: \(systemError(error))") }
        let value = await body()
        csystem_end_timer(timer)
        return value
    }
}
