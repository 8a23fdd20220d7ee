internal import Synchronization

/// One request and its answer. Lives from the first call of libmicrohttpd for the request until it is completed.
final class Exchange: Sendable {
    private enum Phase {
        case receiving
        case running(Task<Void, Never>?)
        case answered(ServerResponse)
        case replying(EventStream?)
    }

    private struct State {
        var phase = Phase.receiving
        var intake: BodyIntake
        var refusal: Refusal?
        var isCancelled = false
    }

    /// The id of its connection.
    let id: UInt64
    let connection: ConnectionHandle
    private let request: ServerRequest
    private let state: Mutex<State>

    init(id: UInt64, connection: ConnectionHandle, request: ServerRequest, bodyLimit: Int) {
        self.id = id
        self.connection = connection
        self.request = request
        state = Mutex(State(intake: BodyIntake(limit: bodyLimit)))
    }

    /// Whether an answer with this status has a body.
    func hasBody(_ status: Int) -> Bool {
        request.method != "HEAD" && status != 204 && status != 304
    }

    /// On the daemon's thread: it is answered without its handler. libmicrohttpd may ask once more all the same: it says yes
    /// to an answer, and forgets it, when it is being stopped. Its connection must not be suspended then.
    func settle() {
        state.withLock { $0.phase = .replying(nil) }
    }

    /// On the daemon's thread: takes a block of the body.
    func receive(_ block: UnsafeRawBufferPointer) -> BodyIntake.Step {
        state.withLock { unsafe $0.intake.receive(block) }
    }

    /// Will be refused when its body has been read.
    func refuseAfterBody(_ refusal: Refusal) {
        state.withLock { $0.refusal = refusal }
    }

    /// What the request is refused for, now that it is whole; nil if the handler gets it.
    var refusal: Refusal? {
        state.withLock { $0.refusal ?? ($0.intake.isTooLarge ? .tooLarge : nil) }
    }

    /// Whether the whole request is here and nothing has been done about it.
    var isReceiving: Bool {
        state.withLock { if case .receiving = $0.phase { true } else { false } }
    }

    /// On the daemon's thread: suspends the connection and lets the handler run. When it is done, the connection is
    /// resumed, and libmicrohttpd asks again.
    func run(_ handler: @escaping @Sendable (ServerRequest) async -> ServerResponse) {
        var request = self.request
        request.body = state.withLock { state in
            state.phase = .running(nil)
            return state.intake.bytes
        }
        connection.suspend()
        let task = Task { [request] in
            let response = await handler(request)
            self.state.withLock { $0.phase = .answered(response) }
            self.connection.resume()
        }
        let isCancelled = state.withLock { state in
            if case .running = state.phase { state.phase = .running(task) }
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    /// On the daemon's thread: the handler's answer, once.
    func takeAnswer() -> ServerResponse? {
        state.withLock { state in
            guard case .answered(let response) = state.phase else { return nil }
            if case .stream(let stream) = response.body {
                state.phase = .replying(stream)
            } else {
                state.phase = .replying(nil)
            }
            return response
        }
    }

    /// The client is gone, or its time is up: nobody reads the answer.
    func cancel() {
        let (task, stream) = state.withLock { state -> (Task<Void, Never>?, EventStream?) in
            state.isCancelled = true
            return switch state.phase {
            case .running(let task): (task, nil)
            case .replying(let stream): (nil, stream)
            case .receiving, .answered: (nil, nil)
            }
        }
        task?.cancel()
        stream?.abandon()
    }

    /// The server is stopping: a stream ends after what it has, an answer in the making is waited for.
    func wind() {
        let stream = state.withLock { state -> EventStream? in
            if case .replying(let stream) = state.phase { stream } else { nil }
        }
        stream?.close()
    }
}
