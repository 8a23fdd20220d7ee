internal import Glibc

/// Where a server listens, and what it lets a client do to it.
public struct HTTPServerConfiguration: Sendable {
    /// The numeric IPv4 or IPv6 address to listen on: `127.0.0.1` (this machine alone), `0.0.0.0` or `::` (all).
    public var address = "127.0.0.1"
    /// The port to listen on; 0 lets the system choose one, which `HTTPServer.start()` returns.
    public var port: UInt16 = 0
    /// Connections open at a time. More wait in the listen backlog until one closes.
    public var maxConnections = 1024
    /// Bytes of request line and headers together. More is answered with 431 (or 414 for a long request line).
    public var maxHeaderBytes = 16 * 1024
    /// Bytes of a request's body. More is answered with 413.
    public var maxBodyBytes = 1024 * 1024
    /// How long a connection may stay open between requests; whole seconds, at least one.
    public var idleTimeout: Duration = .seconds(60)
    /// The time in which a whole request has to arrive, however steadily it drips. The connection is cut after it.
    public var requestTimeout: Duration = .seconds(10)
    /// The time in which a client has to take a whole answer, or the next block of a stream. It is cut after it.
    public var responseTimeout: Duration = .seconds(60)
    /// Receives what the HTTP library logs about connections, one line at a time, on the server's thread.
    public var log: @Sendable (_ line: String) -> Void = { _ in }
    /// Receives why the process is about to abort: the HTTP library has found its own state broken. The library has one
    /// place for it: the server that started last hears for all of the process. By default, standard error.
    public var lastWords: @Sendable (_ line: String) -> Void = { line in
        let bytes = Array("\(line)\n".utf8)
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }

    /// The defaults above: loopback, any port.
    public init() {}

    /// The defaults, listening on `address` and `port`.
    public init(address: String, port: UInt16) {
        self.address = address
        self.port = port
    }
}
