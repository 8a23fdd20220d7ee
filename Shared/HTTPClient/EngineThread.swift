import CSystem
import Glibc

/// A thread of its own for what must not run on the cooperative pool.
struct EngineThread: Sendable {
    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    private let handle: pthread_t

    /// Starts `body` on a new thread.
    /// - Parameter name: Shown by `ps -T`, 15 bytes at most.
    init(named name: String, _ body: @escaping @Sendable () -> Void) throws(HTTPClientSetupError) {
        let context = unsafe Unmanaged.passRetained(Body(name: name, run: body))
        var handle = pthread_t()
        let result = unsafe pthread_create(&handle, nil, { unsafe Self.main($0) }, context.toOpaque())
        guard result == 0 else {
            unsafe context.release()
            throw HTTPClientSetupError("no thread: \(unsafe String(cString: strerror(result)))")
        }
        self.handle = handle
    }

    /// Blocks until the thread has ended. Once only, and never on the cooperative pool.
    func join() { pthread_join(handle, nil) }

    /// Lets the thread's memory go by itself when it ends.
    func detach() { pthread_detach(handle) }

    private static func main(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        // Signals belong to the thread that waits for them; a write to a closed connection must not end the process.
        // What reports a crash stays.
        var blocked = sigset_t()
        unsafe sigfillset(&blocked)
        for crash in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { unsafe sigdelset(&blocked, crash) }
        unsafe pthread_sigmask(SIG_BLOCK, &blocked, nil)
        guard let context = unsafe context else { return nil }
        let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
        unsafe csystem_name_thread(body.name)
        body.run()
        return nil
    }
}
