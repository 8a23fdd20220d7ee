import Synchronization

/// A limit on how many calls of one class run at once. The others wait in order, each at most until its deadline.
final class Bulkhead: Sendable {
    private struct State {
        var free: Int
        var line = Waiters<Bool>()
    }

    private let state: Mutex<State>

    init(limit: Int) {
        state = Mutex(State(free: max(1, limit)))
    }

    /// Takes a place; false when none became free before the deadline or the task was cancelled.
    func enter(until deadline: ContinuousClock.Instant, timing: Timing) async -> Bool {
        let id: Int? = state.withLock { state in
            guard state.free > 0 else { return state.line.announce() }
            state.free -= 1
            return nil
        }
        guard let id else { return true }
        let entered = await Waiters<Bool>.wait(until: deadline, timing: timing) { continuation in
            join(id, continuation)
        } giveUp: { [self] in
            state.withLock { $0.line.giveUp(id) }?.resume(returning: nil)
        }
        return entered ?? false
    }

    private func join(_ id: Int, _ continuation: Waiters<Bool>.Continuation) {
        let answer: Bool?? = state.withLock { state in
            if state.free > 0 {
                state.line.withdraw(id)
                state.free -= 1
                return .some(true)
            }
            return state.line.join(id, continuation) ? nil : .some(nil)
        }
        if let answer { continuation.resume(returning: answer) }
    }

    /// Gives a place back: to whoever waits longest, if anybody does.
    func leave() {
        let next = state.withLock { state in
            let next = state.line.takeFirst()
            if next == nil { state.free += 1 }
            return next
        }
        next?.resume(returning: true)
    }
}
