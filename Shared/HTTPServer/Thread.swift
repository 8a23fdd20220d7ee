internal import CSystem
internal import Glibc

/// Runs `body` on a detached thread of its own, which debuggers show by its name (15 bytes at most).
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) throws(HTTPServerError) {
    final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
    let start = unsafe Unmanaged.passRetained(Start(name, body))
    var thread = pthread_t()
    let code = unsafe pthread_create(
        &thread, nil,
        { context in
            guard let context = unsafe context else { return nil }
            let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
            unsafe csystem_name_thread(start.name)
            start.body()
            return nil
        }, start.toOpaque())
    guard code == 0 else {
        unsafe start.release()
        throw .cannotStart(reason: "no thread")
    }
    pthread_detach(thread)
}
