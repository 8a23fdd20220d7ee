import Synchronization

/// What the engine's thread is told from outside. Closed once the thread takes nothing any more.
final class Mailbox: Sendable {
    enum Message: Sendable {
        case start(TransferJob)
        case cancel(UInt64)
        case stop
    }

    private struct State {
        var messages: [Message] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let wake: @Sendable () -> Void

    /// - Parameter wake: Ends the thread's wait. Called under the lock, so that it never runs after `close`.
    init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    /// False when the mailbox is closed and the message was not taken.
    @discardableResult
    func post(_ message: Message) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.messages.append(message)
            // Only the first message since the last `take` has to wake: the thread takes all.
            if state.messages.count == 1 { wake() }
            return true
        }
    }

    /// Everything posted since the last call.
    func take() -> [Message] {
        state.withLock { state in
            defer { state.messages.removeAll() }
            return state.messages
        }
    }

    /// Refuses messages from now on and returns those that were left.
    func close() -> [Message] {
        state.withLock { state in
            state.isClosed = true
            defer { state.messages.removeAll() }
            return state.messages
        }
    }
}
