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
    /// Receives what the HTTP library logs about connections, one line at a time, on the library's thread. When the
    /// library finds its own state broken, the last line says so before the process aborts.
    public var log: @Sendable (_ line: String) -> Void = { _ in }

    /// The defaults above: loopback, any port.
    public init() {}

    /// The defaults, listening on `address` and `port`.
    public init(address: String, port: UInt16) {
        self.address = address
        self.port = port
    }
}
