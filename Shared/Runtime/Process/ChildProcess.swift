internal import Glibc
internal import Synchronization

/// Another executable, run as a child of this process in a process group of its own.
///
/// * It begins with a clean signal mask and default dispositions, `/dev/null` as standard input, the given environment
///   and nothing else of this process.
/// * With a wrapper it dies with this process, even when that is killed: see `Configuration.wrapper`.
/// * When it ends, whatever it left behind in its group is killed.
public final class ChildProcess: Sendable {
    /// What to run.
    public struct Configuration: Sendable {
        /// The path of the executable; the `PATH` is not searched.
        public var executable: String
        /// Its arguments, without its name. Anybody on the machine can read them: never a secret.
        public var arguments: [String]
        /// Its whole environment.
        public var environment: [String: String]
        /// An executable whose `main` begins with `ChildProcess.becomeChildIfAsked()`, which is run first and turns into
        /// the child after it has told the kernel to kill it with this process. `ServiceProgram` and `CommandProgram` do
        /// so; `thisExecutable` names the running one. Nil runs the child directly, and it may outlive us.
        public var wrapper: String?

        /// The running executable, as a wrapper.
        public static let thisExecutable = "/proc/self/exe"

        /// Runs `executable` with `arguments` in `environment`.
        public init(
            executable: String, arguments: [String] = [], environment: [String: String],
            wrapper: String? = Configuration.thisExecutable
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.wrapper = wrapper
        }
    }

    /// A line that the child printed, without its newline.
    public struct Line: Sendable, Equatable {
        /// Where a line was printed.
        public enum Source: Sendable { case output, errors }
        /// Where it was printed.
        public let source: Source
        /// Its text; bytes that are not UTF-8 are replaced.
        public let text: String
    }

    /// How the child ended.
    public enum Status: Sendable, Equatable {
        /// By itself, with this code.
        case exited(Int32)
        /// By this signal.
        case signalled(Int32)

        /// One number, as shells count: the code, or 128 and the signal's number.
        public var code: Int32 {
            switch self {
            case .exited(let code): code
            case .signalled(let signal): 128 + signal
            }
        }
    }

    /// The child's process id, which is also its group's.
    public let processID: Int32
    /// What the child prints, for one reader; it ends after the child did. Lines that nobody takes are kept up to some
    /// ten thousands, then the oldest go.
    public let lines: AsyncStream<Line>

    private let end: OneShot<Status>
    private let isReaped = Mutex(false)

    init(processID: Int32, lines: AsyncStream<Line>, end: OneShot<Status>) {
        self.processID = processID
        self.lines = lines
        self.end = end
    }

    /// How the child ended, as soon as it has. Does not heed cancellation: end the child instead.
    public func status() async -> Status { await end.get() }

    /// How the child ended; nil while it runs.
    public var currentStatus: Status? { end.current }

    /// Sends a signal to the child and its group; false if it has ended.
    @discardableResult
    public func signal(_ number: Int32) -> Bool {
        isReaped.withLock { isReaped in !isReaped && kill(-processID, number) == 0 }
    }

    /// Asks the child to end (TERM), and kills it when it has not within `grace`, or when the caller is cancelled.
    @discardableResult
    public func terminate(grace: Duration) async -> Status {
        signal(SIGTERM)
        let killer = Task {
            try? await Task.sleep(for: grace)
            if currentStatus == nil { signal(SIGKILL) }
        }
        let ended = await withTaskCancellationHandler {
            await self.status()
        } onCancel: {
            killer.cancel()
        }
        killer.cancel()
        return ended
    }

    /// Waits on the calling thread until the child has ended, and sets its status. Afterwards its id may be another's,
    /// hence the lock: no signal is sent to an id that was given back.
    func reap() {
        waitUntilEnded()
        kill(-processID, SIGKILL)
        var status: Int32 = 0
        isReaped.withLock { isReaped in
            while unsafe waitpid(processID, &status, 0) < 0 && errno == EINTR {}
            isReaped = true
        }
        end.set(Status(waitStatus: status))
    }

    /// The child stays a zombie, so that its id remains its own.
    private func waitUntilEnded() {
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
    }
}

/// A child could not be started.
public struct ChildProcessError: Error, Sendable, CustomStringConvertible {
    /// The path that was to be run.
    public let executable: String
    /// The system's words.
    public let reason: String

    /// One sentence.
    public var description: String { "cannot run \(executable): \(reason)" }
}
