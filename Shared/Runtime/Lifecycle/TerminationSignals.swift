internal import Glibc

/// TERM and INT, taken by the main thread and by no other.
///
/// The main thread waits in `sigwait`; a handler would run on any thread, and with the usual parked main thread TERM ends
/// the process before a handler is installed. All threads inherit the blocked mask, so this comes before the first one.
enum TerminationSignals {
    /// Blocks both signals and ignores SIGPIPE. A shell without job control passes INT on as ignored to what it runs in
    /// the background, hence the reset.
    static func block() {
        var set = Self.set
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        signal(SIGTERM, SIG_DFL)
        signal(SIGINT, SIG_DFL)
    }

    /// Waits for signals for ever: the first one calls `first`; one that comes later, as somebody's second wish, ends the
    /// process at once with 128 and its number.
    ///
    /// - Parameter forced: Says that the end is forced. Whoever reads what it says may hang, so it runs on a thread of its
    ///   own, and the process does not wait for it longer than a moment.
    static func serve(first: (Int32) -> Void, forced: @escaping @Sendable (Int32) -> Void) -> Never {
        var wishes = TerminationWishes()
        while true {
            let signal = wait()
            switch wishes.take(at: MonotonicClock.nanoseconds) {
            case .begin: first(signal)
            case .ignore: continue
            case .force: end(signal, forced)
            }
        }
    }

    private static func end(_ signal: Int32, _ forced: @escaping @Sendable (Int32) -> Void) -> Never {
        let code = ExitCode.signal(signal).rawValue
        DetachedThread.start("last-words") {
            forced(signal)
            _exit(code)
        }
        MonotonicClock.block(for: .milliseconds(500))
        _exit(code)
    }

    /// The name of a signal, for logs.
    static func name(_ number: Int32) -> String {
        switch number {
        case SIGTERM: "SIGTERM"
        case SIGINT: "SIGINT"
        case SIGKILL: "SIGKILL"
        default: "signal \(number)"
        }
    }

    private static func wait() -> Int32 {
        var set = Self.set
        var number: Int32 = 0
        while unsafe sigwait(&set, &number) != 0 {}
        return number
    }

    private static var set: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        return set
    }
}
