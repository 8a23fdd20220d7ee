internal import CSystem
internal import Glibc
internal import Synchronization

extension ChildProcess {
    /// Starts a child.
    ///
    /// It is spawned and waited for by a thread of its own: the kernel's parent-death signal follows the thread that
    /// spawned, and threads that tasks run on end when there is little to do.
    public static func start(_ configuration: Configuration) async throws(ChildProcessError) -> ChildProcess {
        let started = await withCheckedContinuation { continuation in
            let isThreaded = DetachedThread.start("child") {
                let child = Result { () throws(ChildProcessError) in try spawn(configuration) }
                continuation.resume(returning: child.map(\.process))
                guard let (process, isOver) = try? child.get() else { return }
                process.reap()
                isOver.close()
            }
            if !isThreaded {
                let error = ChildProcessError(executable: configuration.executable, reason: "no thread")
                continuation.resume(returning: Result<ChildProcess, ChildProcessError>.failure(error))
            }
        }
        return try started.get()
    }

    /// Starts the child, and the thread that reads its lines until the returned descriptor is closed.
    ///
    /// One at a time: the ends of a new pipe are inherited until they are marked, and a child that held the end of
    /// another's pipe would keep it open.
    private static func spawn(
        _ configuration: Configuration
    ) throws(ChildProcessError) -> (process: ChildProcess, isOver: OwnedDescriptor) {
        try spawning.withLock { _ throws(ChildProcessError) in try spawnAlone(configuration) }
    }

    private static let spawning = Mutex(())

    private static func spawnAlone(
        _ configuration: Configuration
    ) throws(ChildProcessError) -> (process: ChildProcess, isOver: OwnedDescriptor) {
        do {
            guard unsafe access(configuration.executable, X_OK) == 0 else { throw SystemFailure(code: errno) }
            let output = try Pipe()
            let errors = try Pipe()
            let over = try Pipe()
            let reader = ChildOutput(output: output.reading, errors: errors.reading, over: over.reading)
            // Before the child: one that nobody listens to would be killed by its first words, and we would not know why.
            // If there is no child, the pipes are closed here, and the reader ends.
            let lines = try Self.lines(of: reader)
            let processID = try SpawnRequest(configuration).spawn(output: output.writing, errors: errors.writing)
            output.writing.close()
            errors.writing.close()
            return (ChildProcess(processID: processID, lines: lines, end: OneShot<Status>()), over.writing)
        } catch {
            throw ChildProcessError(executable: configuration.executable, reason: "\(error)")
        }
    }

    /// What the reader finds, read on a thread of its own.
    private static func lines(of reader: ChildOutput) throws(SystemFailure) -> AsyncStream<Line> {
        let (lines, continuation) = AsyncStream.makeStream(of: Line.self, bufferingPolicy: .bufferingNewest(65536))
        let isStarted = DetachedThread.start("child-lines") {
            reader.read { continuation.yield($0) }
            continuation.finish()
        }
        guard isStarted else { throw SystemFailure(code: EAGAIN) }
        return lines
    }

    /// The first thing in a `main`: where this process was started as a wrapper, it becomes the child, and does not return.
    ///
    /// The parent may have died before the kernel was told; then it is somebody else's child by now, and ends.
    public static func becomeChildIfAsked() {
        let arguments = Swift.CommandLine.arguments
        guard arguments.count > 3, arguments[1] == wrapperArgument, let parent = Int32(arguments[2]) else { return }
        guard csystem_die_with_parent(SIGKILL) == 0, getppid() == parent else { _exit(1) }
        unsafe CStrings.with(Array(arguments[3...])) { unsafe _ = execv(arguments[3], $0) }
        let reason = systemError(errno)
        TextOutput.standardError.line("cannot run \(arguments[3]): \(reason)")
        _exit(127)
    }

    /// Tells an executable that it was started as a wrapper.
    static let wrapperArgument = "--become-child-of"
}

extension ChildProcess.Status {
    /// What `waitpid` said.
    init(waitStatus: Int32) {
        self =
            csystem_exited(waitStatus) != 0
            ? .exited(csystem_exit_status(waitStatus)) : .signalled(csystem_term_signal(waitStatus))
    }
}
