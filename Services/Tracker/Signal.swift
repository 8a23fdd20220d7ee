/// Wakes one waiting loop: at once, or at a time. Several wake-ups before it looks are one.
struct Signal: Sendable {
    let wakeUps: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (wakeUps, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Wakes the loop.
    func raise() { continuation.yield() }

    /// Ends the loop.
    func end() { continuation.finish() }
}
