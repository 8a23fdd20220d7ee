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

    /// Waits for signals for ever: the first one calls `first`, the second one ends the process at once.
    static func serve(first: (Int32) -> Void) -> Never {
        first(wait())
        _exit(ExitCode.signal(wait()).rawValue)
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
