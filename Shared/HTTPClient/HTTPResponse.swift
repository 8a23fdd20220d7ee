/// A whole answer: its end was seen. Redirects and error statuses are answers too; the client follows none of them.
public struct HTTPResponse: Sendable, Hashable {
    /// The final status, 200 to 999; interim answers (1xx) are skipped.
    public var status: Int
    public var headers: HTTPHeaders
    /// The body after decompression.
    public var body: [UInt8]

    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
