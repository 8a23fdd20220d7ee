/// What a handler answers with.
///
/// The server computes `Content-Length`, `Transfer-Encoding` and `Connection`, and drops those of a handler. A `Date`
/// that a handler sets is kept. To `HEAD` the same headers are sent without the body.
public struct ServerResponse: Sendable {
    /// What follows the headers.
    public enum Body: Sendable {
        /// All of it, known now.
        case bytes([UInt8])
        /// What is written to the stream from now on, until it is closed. Sent in chunks.
        case stream(EventStream)
    }

    /// How the answer ends on the wire. All but `.whole` are faults, for a server that simulates a bad one.
    public enum Ending: Sendable, Equatable {
        /// As it should.
        case whole
        /// No answer at all: the connection is closed in its place (FIN), or reset (RST).
        case cut(reset: Bool)
        /// The headers claim this many bytes of body, then the connection is closed after the bytes that there are.
        case truncated(claimedLength: Int)
    }

    /// The status code, 200 to 599.
    public var status: Int
    /// The header fields.
    public var headers: ServerHeaders
    /// The body.
    public var body: Body
    /// How it ends.
    public var ending: Ending

    /// An answer that ends as it should, unless `ending` says otherwise.
    public init(
        status: Int = 200, headers: ServerHeaders = [:], body: Body = .bytes([]), ending: Ending = .whole
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.ending = ending
    }
}

extension ServerResponse {
    /// Nothing but a status.
    public static func status(_ status: Int, headers: ServerHeaders = [:]) -> ServerResponse {
        ServerResponse(status: status, headers: headers)
    }

    /// Plain text.
    public static func text(_ text: String, status: Int = 200) -> ServerResponse {
        ServerResponse(
            status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: .bytes(Array(text.utf8)))
    }

    /// An HTML page.
    public static func html(_ page: String, status: Int = 200) -> ServerResponse {
        ServerResponse(
            status: status, headers: ["Content-Type": "text/html; charset=utf-8"], body: .bytes(Array(page.utf8)))
    }

    /// A JSON text, already written.
    public static func json(_ json: [UInt8], status: Int = 200) -> ServerResponse {
        ServerResponse(status: status, headers: ["Content-Type": "application/json"], body: .bytes(json))
    }

    /// A JSON text, already written.
    public static func json(_ json: String, status: Int = 200) -> ServerResponse {
        .json(Array(json.utf8), status: status)
    }

    /// A redirect.
    public static func redirect(to location: String, status: Int = 302) -> ServerResponse {
        ServerResponse(status: status, headers: ["Location": location])
    }

    /// Server-Sent Events: what is written to the stream until it is closed. See `ServerSentEvent`.
    public static func events(_ stream: EventStream) -> ServerResponse {
        ServerResponse(
            headers: ["Content-Type": "text/event-stream", "Cache-Control": "no-store"], body: .stream(stream))
    }

    /// Fault: no answer, the connection is closed (FIN) or reset (RST).
    public static func cut(reset: Bool = false) -> ServerResponse {
        ServerResponse(ending: .cut(reset: reset))
    }

    /// Fault: this answer, but its headers claim `length` bytes of body, and the connection is closed after those
    /// that it has. A stream cannot be truncated; it is sent as it is.
    public func truncated(claimedLength length: Int) -> ServerResponse {
        var response = self
        response.ending = .truncated(claimedLength: length)
        return response
    }
}
