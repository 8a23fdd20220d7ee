import HTTPServer
import Synchronization

/// Runs a server around `body` and stops it.
func withServer<R: Sendable>(
    _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
    _ handler: @escaping HTTPServer.Handler, _ body: (UInt16) async throws -> R
) async throws -> R {
    let server = HTTPServer(configuration, handler: handler)
    let port = try server.start()
    do {
        let result = try await body(port)
        await server.stop(grace: .seconds(5))
        return result
    } catch {
        await server.stop(grace: .zero)
        throw error
    }
}

/// Says what it got.
let echo: HTTPServer.Handler = { request in
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
    return .text("\(request.method) \(request.path) [\(query)] \(String(decoding: request.body, as: UTF8.self))")
}

/// Something that happens once and can be waited for.
final class Signal: Sendable {
    private struct State {
        var isFired = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var isFired: Bool { state.withLock { $0.isFired } }

    func fire() {
        let waiters = state.withLock { state in
            state.isFired = true
            defer { state.waiters = [] }
            return state.waiters
        }
        waiters.forEach { $0.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isFired = state.withLock { state in
                if !state.isFired { state.waiters.append(continuation) }
                return state.isFired
            }
            if isFired { continuation.resume() }
        }
    }

    /// Waits until the task is cancelled.
    static func cancellation() async {
        let signal = Signal()
        await withTaskCancellationHandler {
            await signal.wait()
        } onCancel: {
            signal.fire()
        }
    }
}
