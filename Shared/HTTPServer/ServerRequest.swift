/// A request that arrived whole and passed the server's checks.
public struct ServerRequest: Sendable {
    /// The method as it was sent, any token: whether it is supported is the handler's business.
    public var method: String
    /// The path percent-decoded: valid UTF-8, no control characters, no `.` or `..` segment, begins with a slash.
    public var path: String
    /// The path as it was sent. A `%2F` in it is part of a segment, not a separator.
    public var rawPath: String
    /// The query's items in their order, decoded (`+` is a blank). An item without `=` has an empty value.
    public var query: [(name: String, value: String)]
    /// The header fields.
    public var headers: ServerHeaders
    /// The body; empty if there was none.
    public var body: [UInt8]
    /// The client's numeric address and port, for logs: `127.0.0.1:54321`; empty if it is gone already.
    public var peer: String
    /// What the router's pattern caught, by the names in its braces.
    public var parameters: [String: String] = [:]

    /// A request made by hand, to test a handler without a socket. `path` is taken as it would have been sent.
    public init(
        method: String, path: String, query: [(name: String, value: String)] = [], headers: ServerHeaders = [:],
        body: [UInt8] = [], peer: String = ""
    ) {
        self.method = method
        self.path = RequestTarget.decodedPath(path) ?? path
        self.rawPath = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The value of the query's first item called `name`.
    public func queryValue(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// What the router's pattern caught as `{name}`; empty if the pattern has no such part.
    public func parameter(_ name: String) -> String {
        parameters[name] ?? ""
    }
}
