/// What blocks, such as the reading of files: on a thread of its own, and never on those that tasks run on.
public enum BlockingWork {
    /// Runs `body` on a new thread that debuggers show as `name` (15 bytes at most), and waits for it.
    ///
    /// - Returns: Nil if there is no thread to be had.
    public static func run<Result: Sendable>(
        _ name: String, _ body: @escaping @Sendable () -> Result
    ) async -> Result? {
        await withCheckedContinuation { continuation in
            let isThreaded = DetachedThread.start(name) { continuation.resume(returning: body()) }
            if !isThreaded { continuation.resume(returning: nil) }
        }
    }
}
