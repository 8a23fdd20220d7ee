internal import CSystem
internal import Glibc

/// A thread of its own, for what blocks: never the threads that tasks run on.
enum DetachedThread {
    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void
        init(_ name: String, _ run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Runs `body` on a new thread that debuggers show as `name` (15 bytes at most); false if there is none to be had.
    @discardableResult
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let retained = unsafe Unmanaged.passRetained(Body(name, body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                unsafe csystem_name_thread(body.name)
                body.run()
                return nil
            }, retained.toOpaque())
        guard code == 0 else {
            unsafe retained.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
