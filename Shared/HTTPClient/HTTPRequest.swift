/// One HTTP request: where to, what, within which limits, and whether it may ever be sent twice.
public struct HTTPRequest: Sendable {
    /// The verbs that the client speaks.
    public enum Method: String, Sendable, CaseIterable {
        /// Reads; without a body.
        case get = "GET"
        /// Sends a body; asks for something to be done.
        case post = "POST"
        /// Sends a body that replaces what is there.
        case put = "PUT"
        /// Removes what is there.
        case delete = "DELETE"
    }

    /// Whether the request may reach the server more than once.
    public enum Repeatability: Sendable, Hashable {
        /// Reading: the transport may reuse a connection and send again when that connection turns out to be dead.
        case safe
        /// A side effect: its own connection, sent at most once whatever happens.
        case once
    }

    /// What one request may take.
    public struct Limits: Sendable, Hashable {
        /// Name look-up, TCP, proxy and TLS handshake together. A request waiting for a free connection slot is not yet
        /// connecting.
        public var connect: Duration
        /// From the first byte sent to the first line received. Sending the body counts.
        public var firstByte: Duration
        /// From the call of `send` to the last byte received, waiting for a connection slot included.
        public var total: Duration
        /// Bytes of the status line, header lines and trailers together. libcurl itself takes no line above
        /// 100 KiB and, in newer versions, no more than 300 KiB in all.
        public var maxHeaderBytes: Int
        /// Bytes of the body after decompression, so that a small compressed answer cannot fill the memory.
        public var maxBodyBytes: Int

        /// Limits that suit small JSON requests.
        public init(
            connect: Duration = .seconds(5), firstByte: Duration = .seconds(30), total: Duration = .seconds(60),
            maxHeaderBytes: Int = 64 << 10, maxBodyBytes: Int = 8 << 20
        ) {
            self.connect = connect
            self.firstByte = firstByte
            self.total = total
            self.maxHeaderBytes = maxHeaderBytes
            self.maxBodyBytes = maxBodyBytes
        }
    }

    /// The verb.
    public var method: Method
    /// An absolute `http` or `https` URL in ASCII, its parts percent-encoded, without user or password.
    public var url: String
    /// Sent in this order. The framing of the message (`Content-Length`, `Transfer-Encoding`, `Connection`, `Expect`,
    /// `Accept-Encoding` and the like) belongs to the client: such a name is refused, as is a line break in a value.
    public var headers: [(name: String, value: String)]
    /// Bytes to send. `POST` and `PUT` without a body send an empty one.
    public var body: [UInt8]?
    /// How long it may take, and how large its answer may be.
    public var limits: Limits
    /// Whether it may reach the server more than once.
    public var repeatability: Repeatability
    /// Asked on the client's own thread just before the first byte leaves, when the connection stands: `false` abandons
    /// the request, and the failure then proves that nothing was sent. A `.safe` request that libcurl repeats on a fresh
    /// connection asks again. Must return at once: every transfer waits for it.
    public var gate: (@Sendable () -> Bool)?

    /// A request; one that is not declared `.safe` is sent at most once.
    public init(
        method: Method = .get, url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        limits: Limits = Limits(), repeatability: Repeatability = .once, gate: (@Sendable () -> Bool)? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.repeatability = repeatability
        self.gate = gate
    }
}
