/// Callers that wait, in order, for something that others will bring. The owner keeps it under its lock; continuations
/// are resumed outside.
struct Waiters<Value: Sendable>: Sendable {
    typealias Continuation = CheckedContinuation<Value?, Never>

    private var last = 0
    private var announced: Set<Int> = []
    private var waiting: [(id: Int, continuation: Continuation)] = []

    var isEmpty: Bool { waiting.isEmpty }

    /// Announces a caller, before it suspends. It may give up before it has joined.
    mutating func announce() -> Int {
        last += 1
        announced.insert(last)
        return last
    }

    /// Lets an announced caller wait; false when it has given up meanwhile and must not be kept.
    mutating func join(_ id: Int, _ continuation: Continuation) -> Bool {
        guard announced.remove(id) != nil else { return false }
        waiting.append((id, continuation))
        return true
    }

    /// Forgets a caller that got what it wanted without waiting.
    mutating func withdraw(_ id: Int) {
        announced.remove(id)
    }

    /// Takes a caller out because its time is up; its continuation, if it was waiting, is to be resumed with nil.
    mutating func giveUp(_ id: Int) -> Continuation? {
        if announced.remove(id) != nil { return nil }
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return nil }
        return waiting.remove(at: index).continuation
    }

    /// Takes out the caller that has waited longest.
    mutating func takeFirst() -> Continuation? {
        waiting.isEmpty ? nil : waiting.removeFirst().continuation
    }

    /// Takes out everybody.
    mutating func takeAll() -> [Continuation] {
        defer { waiting.removeAll() }
        return waiting.map(\.continuation)
    }

    /// Suspends an announced caller until it is resumed, its deadline passes or its task is cancelled; nil for the
    /// latter two.
    ///
    /// - Parameters:
    ///   - deadline: when to give up.
    ///   - timing: the clock.
    ///   - join: puts the continuation in the line, or resumes it at once.
    ///   - giveUp: takes the caller out of the line and resumes it with nil; harmless when it is no longer there.
    static func wait(
        until deadline: ContinuousClock.Instant, timing: Timing,
        join: (Continuation) -> Void, giveUp: @escaping @Sendable () -> Void
    ) async -> Value? {
        let timer = Task.detached {
            await timing.sleep(deadline)
            giveUp()
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { join($0) }
        } onCancel: {
            giveUp()
        }
    }
}
