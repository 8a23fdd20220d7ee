/// A door that opens once: tasks wait at it, with or without a limit.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var next = 0
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
        /// Who gave up, perhaps before it had begun to wait.
        var gaveUp: Set<Int> = []
    }

    private let state = Monitor(State())

    /// Whether it has been opened.
    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Lets everyone through, now and later.
    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values
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
            return state.next
        }
        let timer = limit.map { limit in
            Task {
                try? await Task.sleep(for: limit)
                giveUp(ticket)
            }
        }
        defer {
            timer?.cancel()
            state.withLock { _ = $0.gaveUp.remove(ticket) }
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let immediate: Bool? = state.withLock { state in
                    if state.isOpen { return true }
                    if Task.isCancelled || state.gaveUp.contains(ticket) { return false }
                    state.waiting[ticket] = continuation
                    return nil
                }
                if let immediate { continuation.resume(returning: immediate) }
            }
        } onCancel: {
            giveUp(ticket)
        }
    }

    private func giveUp(_ ticket: Int) {
        let (continuation, isOpen) = state.withLock { state in
            state.gaveUp.insert(ticket)
            return (state.waiting.removeValue(forKey: ticket), state.isOpen)
        }
        continuation?.resume(returning: isOpen)
    }
}
