/// What is checked before a request is queued, so that nothing in it can change the shape of the message.
extension HTTPRequest {
    /// Names that decide where a message ends, or that the client answers for.
    private static let reserved = [
        "accept-encoding", "connection", "content-length", "expect", "keep-alive", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    /// Where the request goes. Throws a failure that proves that nothing was sent.
    func checkedTarget() throws(HTTPFailure) -> URLParts {
        guard let parts = URLParts(url), ["http", "https"].contains(parts.scheme) else {
            throw Self.malformed("the URL must be absolute http or https in ASCII, without user and password")
        }
        for (name, value) in headers {
            guard Self.isToken(name) else { throw Self.malformed("a header name is not a token") }
            guard !Self.reserved.contains(where: { HTTPHeaders.equal($0, name) }) else {
                throw Self.malformed("header \(name) is set by the client")
            }
            guard Self.isFieldValue(value) else { throw Self.malformed("the value of header \(name) is not one line") }
        }
        guard body == nil || method != .get else { throw Self.malformed("GET takes no body") }
        return parts
    }

    /// A header value that stays one line: no control characters but the tab.
    static func isFieldValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == UInt8(ascii: "\t") }
    }

    /// A `token` of RFC 9110 §5.6.2.
    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private static func malformed(_ detail: String) -> HTTPFailure {
        HTTPFailure(delivery: .notSent, reason: .malformed, detail: detail)
    }
}
