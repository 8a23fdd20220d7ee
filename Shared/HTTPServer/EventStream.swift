internal import Synchronization

/// The body of an answer that is written while it is sent: Server-Sent Events, or something too long to hold in memory.
///
/// Between writer and client stands a bounded buffer. `push` is for events that cannot wait: a client that lets them
/// pile up past the bound is cut off. `write` is for long bodies: it waits for room. A stream belongs to one answer.
///
/// ```swift
/// .events(EventStream { stream in
///     for await change in changes { stream.push(ServerSentEvent(data: change.text)) }
/// })
/// ```
public final class EventStream: Sendable {
    private let state: Mutex<EventStreamState>
    private let producer: (@Sendable (EventStream) async -> Void)?

    /// A stream.
    ///
    /// - Parameters:
    ///   - limit: Bytes that may wait for the client.
    ///   - producer: Writes the stream, from when the answer begins. When it returns, the stream is closed. Its task is
    ///     cancelled when the client leaves and when the server stops. Without one, whoever holds the stream writes and
    ///     closes it.
    public init(limit: Int = 256 * 1024, producer: (@Sendable (EventStream) async -> Void)? = nil) {
        state = Mutex(EventStreamState(limit: limit))
        self.producer = producer
    }

    /// Whether nothing more can be written: it was closed, or the client is gone.
    public var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Writes without waiting. A client that has not taken what was written before, so that `limit` is exceeded, is cut
    /// off. False if the stream has ended, also by that.
    @discardableResult
    public func push(_ bytes: [UInt8]) -> Bool {
        let (offer, effects) = state.withLock { $0.offer(bytes, orCut: true) }
        perform(effects)
        return offer == .accepted
    }

    /// Writes an event without waiting, as `push(_:)`.
    @discardableResult
    public func push(_ event: ServerSentEvent) -> Bool {
        push(event.bytes)
    }

    /// Writes when there is room. False if the stream has ended, or the caller's task was cancelled while it waited.
    /// Of several writers at a time, each call's bytes stay together, in no promised order.
    @discardableResult
    public func write(_ bytes: [UInt8]) async -> Bool {
        while !Task.isCancelled {
            let (offer, effects) = state.withLock { $0.offer(bytes, orCut: false) }
            perform(effects)
            switch offer {
            case .accepted: return true
            case .ended: return false
            case .full: await room()
            }
        }
        return false
    }

    /// Ends the stream after what was written so far.
    public func close() {
        perform(state.withLock { $0.close() })
    }

    private func room() async {
        let writer = state.withLock { $0.makeWriterID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isParked = state.withLock { $0.park(writer, continuation) }
                guard isParked else { return continuation.resume() }
                if Task.isCancelled { state.withLock { $0.unpark(writer) }?.resume() }
            }
        } onCancel: {
            state.withLock { $0.unpark(writer) }?.resume()
        }
    }

    private func perform(_ effects: EventStreamState.Effects) {
        effects.cut.map { $0.supervisor.cut($0.id) }
        effects.resume?.resume()
        effects.writers.forEach { $0.resume() }
        effects.producer?.cancel()
    }
}

extension EventStream {
    /// Binds the stream to a connection; false if it was bound before.
    func attach(_ link: StreamLink) -> Bool {
        state.withLock { $0.attach(link) }
    }

    /// Starts the producer.
    func begin() {
        guard let producer else { return }
        let task = Task {
            await producer(self)
            self.close()
        }
        if !state.withLock({ $0.run(task) }) { task.cancel() }
    }

    /// On the daemon's thread: fills libmicrohttpd's buffer. `progress` learns whether the client has something to take.
    func read(into destination: UnsafeMutableRawBufferPointer) -> EventStreamState.Reading {
        let (reading, effects) = state.withLock { unsafe $0.read(into: destination) }
        perform(effects)
        return reading
    }

    /// The client is gone; a suspended connection is resumed, so that the daemon notices.
    func abandon() {
        perform(state.withLock { $0.abandon(released: false) })
    }

    /// libmicrohttpd has done with the stream, whether all of it was sent or not.
    func released() {
        perform(state.withLock { $0.abandon(released: true) })
    }
}
