internal import CSystem
internal import Glibc

/// The first process of a container, which the kernel protects from signals: also from those that it must not be
/// protected from.
///
/// A timer's SIGKILL, and a TERM that nobody waits for, do nothing to the process with the number 1. So it only looks
/// after the service: it starts it as its child, hands signals on, buries who dies in the container, and ends as the child
/// did.
enum FirstProcess {
    /// Returns in the service's own process. In the first process of a container it does not return.
    static func standIn() {
        guard getpid() == 1 else { return }
        var handed = set
        unsafe pthread_sigmask(SIG_BLOCK, &handed, nil)
        let child = start()
        while true {
            var number: Int32 = 0
            guard unsafe sigwait(&handed, &number) == 0 else { continue }
            if number == SIGCHLD { bury(child) } else { kill(child, number) }
        }
    }

    private static func start() -> Int32 {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        unsafe SpawnRequest.setSignalsAndGroup(&attributes)
        var child: Int32 = 0
        let code = unsafe CStrings.with(Swift.CommandLine.arguments) { arguments in
            unsafe posix_spawn(&child, "/proc/self/exe", nil, &attributes, arguments, environ)
        }
        guard code == 0 else {
            TextOutput.standardError.write("the service cannot be started as a child: \(systemError(code))\n")
            ExitCode.failed.endProcess()
        }
        return child
    }

    /// Takes leave of whoever has died; ends when it is the service.
    private static func bury(_ child: Int32) {
        var status: Int32 = 0
        while true {
            let dead = unsafe waitpid(-1, &status, WNOHANG)
            guard dead > 0 else { return }
            guard dead == child else { continue }
            _exit(csystem_exited(status) != 0 ? csystem_exit_status(status) : 128 + csystem_term_signal(status))
        }
    }

    private static var set: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in [SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2] { unsafe sigaddset(&set, number) }
        return set
    }
}
