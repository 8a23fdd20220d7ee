import Glibc
import Synchronization

/// An HTTP server over plain sockets that misbehaves where the path tells it to, and counts what it executed.
///
/// A request counts as *seen* when its head has come and as *executed* when its whole body has. Each connection has a thread.
final class FaultServer: Sendable {
    struct Counts: Sendable {
        var seen: [String: Int] = [:]
        var executed: [String: Int] = [:]
        /// The most requests that were seen and not yet answered at one time.
        var peak = 0
    }

    /// What the server says to those who connect.
    enum Manner: Sendable {
        case http
        /// Nothing at all.
        case mute
        /// Something that is neither HTTP nor TLS, as soon as it is spoken to.
        case garbage
    }

    private struct Waiter {
        let isMet: @Sendable (Counts, _ connections: Int) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var counts = Counts()
        var connections = 0
        var open: Set<Int32> = []
        var inProgress = 0
        var threads = 1
        var isStopping = false
        var waiters: [Waiter] = []
        var ended: CheckedContinuation<Void, Never>?
    }

    let port: UInt16
    let manner: Manner
    private let listener: Int32
    private let holdRead: Int32
    private let holdWrite: Int32
    private let state = Mutex(State())

    init(_ manner: Manner = .http) {
        // A small receive buffer, so that a large upload is still on its way when the server cuts it.
        (listener, port) = Socket.listen(receiveBuffer: 32 << 10)
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        (holdRead, holdWrite) = (ends[0], ends[1])
        self.manner = manner
        OwnThread.start { self.acceptAll() }
    }

    func url(_ path: String, scheme: String = "http") -> String { "\(scheme)://127.0.0.1:\(port)\(path)" }

    var counts: Counts { state.withLock { $0.counts } }

    /// Lets `count` requests of the path `/hold` be answered.
    func release(_ count: Int) {
        _ = [UInt8](repeating: 1, count: count).withUnsafeBytes { write(holdWrite, $0.baseAddress, count) }
    }

    /// Suspends until the counts are as wanted.
    func wait(until isMet: @escaping @Sendable (Counts, _ connections: Int) -> Bool) async {
        await withCheckedContinuation { continuation in
            change { $0.waiters.append(Waiter(isMet: isMet, continuation: continuation)) }
        }
    }

    /// Ends every connection; afterwards the counts are final. A second call does nothing: the numbers of the
    /// descriptors may be another's by then.
    func stop() async {
        guard !state.withLock({ $0.isStopping }) else { return }
        await withCheckedContinuation { continuation in
            change { state in
                state.ended = continuation
                state.isStopping = true
                shutdown(listener, Int32(SHUT_RDWR))
                for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
            }
            close(holdWrite)
        }
        close(listener)
        close(holdRead)
    }

    // MARK: For the connections' threads

    func saw(_ request: ReceivedRequest) {
        change { state in
            state.counts.seen[request.id, default: 0] += 1
            state.inProgress += 1
            state.counts.peak = max(state.counts.peak, state.inProgress)
        }
    }

    func executed(_ request: ReceivedRequest) { change { $0.counts.executed[request.id, default: 0] += 1 } }

    func leave(_ request: ReceivedRequest) { change { $0.inProgress -= 1 } }

    /// Blocks until the test lets one request go; false when the server stops.
    func hold() -> Bool {
        var byte: UInt8 = 0
        return read(holdRead, &byte, 1) == 1
    }

    private func acceptAll() {
        while true {
            let descriptor = accept(listener, nil, nil)
            if descriptor < 0, !state.withLock({ $0.isStopping }) {
                // An interruption, a client that has left again, or no descriptor to be had for the moment.
                poll(nil, 0, 10)
                continue
            }
            guard descriptor >= 0 else { break }
            let isWelcome = change { state in
                guard !state.isStopping else { return false }
                state.open.insert(descriptor)
                state.threads += 1
                state.connections += 1
                return true
            }
            guard isWelcome else {
                close(descriptor)
                break
            }
            OwnThread.start { self.serve(descriptor) }
        }
        change { $0.threads -= 1 }
    }

    private func serve(_ descriptor: Int32) {
        var connection = FaultConnection(descriptor: descriptor, server: self)
        connection.serve()
        change { $0.open.remove(descriptor) }
        close(descriptor)
        change { $0.threads -= 1 }
    }

    /// Changes the state and wakes whoever waited for the change.
    @discardableResult
    private func change<R: Sendable>(_ body: (inout State) -> R) -> R {
        let (result, woken) = state.withLock { state -> (R, [CheckedContinuation<Void, Never>]) in
            let result = body(&state)
            let met = state.waiters.filter { $0.isMet(state.counts, state.connections) }
            state.waiters.removeAll { $0.isMet(state.counts, state.connections) }
            var woken = met.map(\.continuation)
            if state.threads == 0, let ended = state.ended.take() { woken.append(ended) }
            return (result, woken)
        }
        for continuation in woken { continuation.resume() }
        return result
    }
}
