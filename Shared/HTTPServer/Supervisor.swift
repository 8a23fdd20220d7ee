internal import CMicrohttpd
internal import CSystem
internal import Glibc
internal import Synchronization

/// The thread beside libmicrohttpd's: notices clients that leave while their connection is suspended (libmicrohttpd
/// does not), cuts what drips past its deadline, and carries out the stop.
final class Supervisor: Sendable {
    private struct State {
        var registry: ConnectionRegistry
        var waiters: [CheckedContinuation<Bool, Never>] = []
        /// When the thread wakes by itself.
        var wakesAt: ContinuousClock.Instant?
    }

    /// The id under which the wake-up descriptor is watched; connections count from 1.
    private static let wakeID: UInt64 = 0

    private let epoll: Int32
    private let signal: Int32
    private let state: Mutex<State>

    init(_ configuration: HTTPServerConfiguration) throws(HTTPServerError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        signal = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        state = Mutex(State(registry: ConnectionRegistry(configuration)))
        guard epoll >= 0, signal >= 0, cmhd_epoll_watch_input(epoll, signal, Self.wakeID) == 0 else {
            throw .cannotStart(reason: "no descriptors left")
        }
    }

    func start(_ daemon: Daemon) throws(HTTPServerError) {
        try startThread(named: "http-watch") { self.run(daemon) }
    }

    deinit {
        if epoll >= 0 { close(epoll) }
        if signal >= 0 { close(signal) }
    }

    /// True if everything in flight ended within `grace`.
    func stop(grace: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            let result = state.withLock { state -> Bool? in
                if let result = state.registry.result { return result }
                state.waiters.append(continuation)
                state.registry.stop(until: .now + grace)
                wake(&state)
                return nil
            }
            if let result { continuation.resume(returning: result) }
        }
    }

    private func wake(_ state: inout State) {
        eventfd_write(signal, 1)
    }

    /// Changes the registry and wakes the thread if something is due before it would wake by itself.
    private func update<R>(_ change: (inout ConnectionRegistry) -> R, due: Duration? = nil) -> R {
        state.withLock { state in
            let result = change(&state.registry)
            if let due, state.wakesAt.map({ .now + due < $0 }) ?? true { wake(&state) }
            return result
        }
    }
}

/// What libmicrohttpd reports, on its thread.
extension Supervisor {
    var isServing: Bool { state.withLock { $0.registry.isServing } }

    func opened(_ descriptor: Int32, peer: String) -> UInt64 {
        cmhd_keep_alive(descriptor)
        let id = update(
            { $0.open(descriptor, peer: peer, now: .now) }, due: state.withLock { $0.registry.requestTimeout })
        _ = cmhd_epoll_watch_hangup(epoll, descriptor, ConnectionWatch(id: id, turn: 0).number)
        return id
    }

    /// Before the descriptor is closed.
    func closed(_ id: UInt64) {
        update { $0.close(id) }
    }

    func peer(_ id: UInt64) -> String {
        state.withLock { $0.registry.entries[id]?.peer ?? "" }
    }

    /// A request has begun; false if the server is stopping.
    func begin(_ exchange: Exchange) -> Bool {
        update({ $0.begin(exchange, now: .now) }, due: state.withLock { $0.registry.requestTimeout })
    }

    /// The handler has got the request.
    func run(_ exchange: Exchange) {
        if update({ $0.run(exchange.id) }) { exchange.cancel() }
    }

    /// The client has something to take, or (a stream with nothing to send) has not.
    func reply(_ id: UInt64, isWaiting: Bool = false) {
        let timeout = state.withLock { $0.registry.responseTimeout }
        update({ $0.reply(id, isWaiting: isWaiting, now: .now) }, due: isWaiting ? nil : timeout)
    }

    func ended(_ id: UInt64) {
        state.withLock { state in
            let deadline = state.registry.end(id, now: .now)
            if let watch = state.registry.watch(id) {
                _ = cmhd_epoll_watch_bytes(epoll, watch.descriptor, watch.name.number)
            }
            if !state.registry.isServing || state.wakesAt.map({ deadline < $0 }) ?? true { wake(&state) }
        }
    }

    /// Shuts the connection's socket down.
    func cut(_ id: UInt64) {
        update({ $0.cut(id, now: .now) }, due: .zero)
    }
}

/// The thread.
extension Supervisor {
    private func run(_ daemon: Daemon) {
        var reports = [cmhd_report](repeating: cmhd_report(), count: 64)
        var isRunning = true
        while isRunning {
            let count = unsafe cmhd_epoll_wait(epoll, &reports, millisecondsToWait())
            for report in reports.prefix(Int(max(count, 0))) { take(report) }
            cutExpired()
            isRunning = advanceStop(daemon)
        }
    }

    private func millisecondsToWait() -> Int32 {
        state.withLock { state in
            state.wakesAt = state.registry.nextDeadline
            guard let wakesAt = state.wakesAt else { return -1 }
            let milliseconds = (wakesAt - .now) / .milliseconds(1)
            return Int32(max(0, min(milliseconds.rounded(.up), 60_000)))
        }
    }

    private func take(_ report: cmhd_report) {
        guard report.id != Self.wakeID else {
            var ignored: eventfd_t = 0
            unsafe eventfd_read(signal, &ignored)
            return
        }
        let watch = ConnectionWatch(number: report.id)
        let abandoned = state.withLock { state in
            if report.has_bytes != 0 { state.registry.bytesCame(watch, now: .now) }
            return report.has_hung_up != 0 ? state.registry.left(watch.id, now: .now) : nil
        }
        abandoned?.cancel()
    }

    /// Under the lock, so that a descriptor is not closed, and its number used again, in between.
    private func cutExpired() {
        state.withLock { state in
            for descriptor in state.registry.takeExpired(now: .now) { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Takes all steps of the stop that are due; false when the thread is done.
    private func advanceStop(_ daemon: Daemon) -> Bool {
        while true {
            switch state.withLock({ $0.registry.nextStopStep(now: .now) }) {
            case .wait:
                return true
            case .refuseConnections(let exchanges):
                daemon.refuseConnections()
                exchanges.forEach { $0.wind() }
            case .cancel(let exchanges):
                exchanges.forEach { $0.cancel() }
                cutExpired()
            case .finish:
                daemon.stop()
                end()
                return false
            case .giveUp:
                // Stopping the daemon with a suspended connection would abort the process; it is left as it is.
                end()
                return false
            }
        }
    }

    private func end() {
        let (result, waiters) = state.withLock { state in
            defer { state.waiters = [] }
            return (state.registry.finish(), state.waiters)
        }
        waiters.forEach { $0.resume(returning: result) }
    }
}
