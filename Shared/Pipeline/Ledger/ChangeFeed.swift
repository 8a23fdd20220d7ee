internal import Synchronization

/// Ids of changed requests on their way to one listener. While it is busy they gather, each once, so that a slow
/// listener costs no more memory than the ledger itself.
final class ChangeFeed: Sendable {
    private struct State {
        var gathered: Set<String> = []
        var waiter: CheckedContinuation<Set<String>?, Never>?
        var hasEnded = false

        /// What a listener that asks now is given; nil if it has to wait.
        mutating func next() -> Set<String>?? {
            guard gathered.isEmpty else {
                defer { gathered = [] }
                return .some(gathered)
            }
            return hasEnded ? .some(nil) : nil
        }
    }

    private let state = Mutex(State())

    /// The listener's end. It may stop listening at any time: whoever drops the stream drops the feed.
    var stream: AsyncStream<Set<String>> {
        AsyncStream(unfolding: { await self.next() }, onCancel: { self.end() })
    }

    /// These have changed.
    func tell(_ ids: Set<String>) {
        let (waiter, news) = state.withLock { state -> (CheckedContinuation<Set<String>?, Never>?, Set<String>) in
            guard !state.hasEnded else { return (nil, []) }
            state.gathered.formUnion(ids)
            guard let waiter = state.waiter.take() else { return (nil, []) }
            defer { state.gathered = [] }
            return (waiter, state.gathered)
        }
        waiter?.resume(returning: news)
    }

    /// Nothing more will change. What has gathered is still delivered.
    func end() {
        let waiter = state.withLock { state in
            state.hasEnded = true
            return state.waiter.take()
        }
        waiter?.resume(returning: nil)
    }

    /// Waits for changes; nil at the end.
    private func next() async -> Set<String>? {
        await withCheckedContinuation { continuation in
            let immediate = state.withLock { state -> Set<String>?? in
                let immediate = state.next()
                if immediate == nil { state.waiter = continuation }
                return immediate
            }
            if let immediate { continuation.resume(returning: immediate) }
        }
    }
}
