/// A door that opens once: tasks wait at it, with or without a limit.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var next = 0
        /// Those who came and have not gone.
        var waiters: [Int: Waiter] = [:]
    }

    private enum Waiter {
        case arriving
        /// Before it had begun to wait.
        case gaveUp
        case waiting(CheckedContinuation<Bool, Never>)

        var continuation: CheckedContinuation<Bool, Never>? {
            if case .waiting(let continuation) = self { continuation } else { nil }
        }
    }

    private let state = Monitor(State())

    /// Whether it has been opened.
    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// How many tasks are at it.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Lets everyone through, now and later.
    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return state.waiters.values.compactMap(\.continuation)
        }
        state.signal()
        for continuation in waiting { continuation.resume(returning: true) }
    }

    /// Blocks the calling thread, which must be our own, until it opens or `deadline` passes; says whether it is open.
    func block(until deadline: ContinuousClock.Instant) -> Bool {
        state.wait(until: deadline) { $0.isOpen ? true : nil } ?? false
    }

    /// Waits until it opens, `limit` passes or the task is cancelled; says whether it is open.
    func wait(within limit: Duration? = nil) async -> Bool {
        let ticket = state.withLock { state in
            state.next += 1
            state.waiters[state.next] = .arriving
            return state.next
        }
        let timer = limit.map { limit in
            Task {
                guard (try? await Task.sleep(for: limit)) != nil else { return }
                giveUp(ticket)
            }
        }
        defer {
            timer?.cancel()
            state.withLock { $0.waiters[ticket] = nil }
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let immediate: Bool? = state.withLock { state in
                    if state.isOpen { return true }
                    guard case .arriving = state.waiters[ticket], !Task.isCancelled else { return false }
                    state.waiters[ticket] = .waiting(continuation)
                    return nil
                }
                if let immediate { continuation.resume(returning: immediate) }
            }
        } onCancel: {
            giveUp(ticket)
        }
    }

    /// A timer or a cancellation may come when its waiter is gone: then there is nothing to remember.
    private func giveUp(_ ticket: Int) {
        let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let waiter = state.waiters[ticket] else { return nil }
            state.waiters[ticket] = .gaveUp
            return waiter.continuation
        }
        continuation?.resume(returning: false)
    }
}
