internal import CSystem
internal import Glibc

/// Threads of our own, for calls into C that block: a blocked thread of Swift's cooperative pool (as many threads as
/// cores) stalls every task of the process.
enum OwnThread {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a detached thread. `name` (15 bytes at most) is what `ps -T` and a debugger show.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // Handlers run here too, so it gets as much stack as the threads of the pool.
        unsafe pthread_attr_setstacksize(&attributes, 1 << 20)
        defer { unsafe pthread_attr_destroy(&attributes) }
        let argument = unsafe Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe csystem_name_thread(start.name)
                start.body()
                return nil
            }, argument)
        // Out of threads: nothing of this process can go on, and a caller that waited for ever would hide it.
        precondition(status == 0, "pthread_create failed: \(status)")
    }

    /// Runs a blocking `body` on a thread of its own and gives its result. It cannot be cancelled.
    static func run<Result: Sendable>(_ name: String, _ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            start(name) { continuation.resume(returning: body()) }
        }
    }
}
