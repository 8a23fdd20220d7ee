/// A whole answer: its end was seen. Redirects and error statuses are answers too; the client follows none of them.
public struct HTTPResponse: Sendable, Hashable {
    /// The final status, 200 to 999; interim answers (1xx) are skipped.
    public var status: Int
    /// The fields of the final answer; those of interim answers are left out.
    public var headers: HTTPHeaders
    /// The body after decompression.
    public var body: [UInt8]

    /// An answer by its parts, as tests need it.
    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
