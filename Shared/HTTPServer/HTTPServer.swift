internal import Synchronization

/// An HTTP/1.1 server over libmicrohttpd: one epoll thread, handlers that answer when they are ready.
///
/// The handler runs on Swift's own threads while the connection rests, so thousands may wait at a time. Its task is
/// cancelled when the client closes its side of the connection. (A client that closes only its sending side cannot be
/// told from one that left: the handler is cancelled too, but what it returns is still sent.)
///
/// What is not HTTP/1.1 as two parsers would both read it never reaches the handler: repeated or contradictory lengths,
/// a blank before a colon, `%00` or `..` in a path, and whatever exceeds the configuration's limits.
///
/// Keep the server until `stop(grace:)` has returned; dropping it stops nothing.
public final class HTTPServer: Sendable {
    /// Answers a request.
    public typealias Handler = @Sendable (ServerRequest) async -> ServerResponse

    private let configuration: HTTPServerConfiguration
    private let handler: Handler
    private let supervisor = Mutex<Supervisor?>(nil)

    /// A server that answers every request with `handler`. It listens from `start()` on.
    public init(_ configuration: HTTPServerConfiguration = HTTPServerConfiguration(), handler: @escaping Handler) {
        self.configuration = configuration
        self.handler = handler
    }

    /// A server that answers by the routes of `router`.
    public convenience init(_ configuration: HTTPServerConfiguration = HTTPServerConfiguration(), router: Router) {
        self.init(configuration) { await router.respond(to: $0) }
    }

    /// Listens from now on; the port, which matters if the configuration's is 0.
    @discardableResult
    public func start() throws(HTTPServerError) -> UInt16 {
        try supervisor.withLock { slot throws(HTTPServerError) in
            guard slot == nil else { throw .alreadyStarted }
            let socket = try ListeningSocket(address: configuration.address, port: configuration.port)
            slot = try Daemon.start(on: socket, configuration, handler)
            return socket.port
        }
    }

    /// Accepts no more connections, ends the streams, waits for the answers in flight, and closes everything.
    ///
    /// Past `grace` the handlers that still run are cancelled and their connections cut. A handler that does not end for
    /// that within a second keeps its connection and the library's thread until the process exits.
    ///
    /// - Returns: Whether everything that had begun was answered in time. True if the server was never started.
    @discardableResult
    public func stop(grace: Duration) async -> Bool {
        guard let supervisor = supervisor.withLock({ $0 }) else { return true }
        return await supervisor.stop(grace: grace)
    }
}
