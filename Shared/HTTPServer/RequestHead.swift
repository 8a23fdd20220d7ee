/// Request line and headers as libmicrohttpd parsed them, before the body.
struct RequestHead: Sendable {
    var method: String
    var target: String
    /// `HTTP/1.0` or `HTTP/1.1`.
    var version: String
    var headers: ServerHeaders
    /// The query's items, `+` already a blank, still percent-encoded.
    var rawQuery: [(name: String, value: String)]
    /// Whether a name or value had bytes that are not UTF-8.
    var hasForeignBytes = false
}

/// An answer that the server gives in the handler's place; the connection closes after it.
struct Refusal: Error, Equatable, Sendable {
    let status: Int
    let reason: String

    static func badRequest(_ reason: String) -> Refusal { Refusal(status: 400, reason: reason) }
    static let tooLarge = Refusal(status: 413, reason: "the body is larger than this server takes")
    static let stopping = Refusal(status: 503, reason: "this server is stopping")

    var response: ServerResponse { .text(reason + "\n", status: status) }
}

extension RequestHead {
    /// The request without its body.
    ///
    /// libmicrohttpd lets through what two parsers in a row could read differently: repeated lengths, a length beside a
    /// transfer coding, a blank before the colon. All of that is refused here.
    func checked(maxHeaderBytes: Int) throws(Refusal) -> ServerRequest {
        try checkSize(maxHeaderBytes)
        try checkFields()
        try checkFraming()
        try checkExpectation()
        guard let rawPath = RequestTarget.rawPath(of: target), let path = RequestTarget.decodedPath(rawPath) else {
            throw .badRequest("malformed path")
        }
        var request = ServerRequest(method: method, path: rawPath, query: try decodedQuery(), headers: headers)
        request.path = path
        return request
    }

    /// The length that the client declared, if it did. A chunked body has none.
    var declaredLength: Int? {
        headers.first("Content-Length").flatMap { Int($0) }
    }

    /// Whether the client waits for a word before it sends the body.
    var expectsContinue: Bool {
        version != "HTTP/1.0" && headers.first("Expect") != nil
    }

    private func checkSize(_ limit: Int) throws(Refusal) {
        let line = method.utf8.count + target.utf8.count + version.utf8.count + 4
        let size = headers.fields.reduce(line) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        if size > limit { throw Refusal(status: 431, reason: "the headers are larger than this server takes") }
    }

    private func checkFields() throws(Refusal) {
        guard Self.isToken(method) else { throw .badRequest("malformed method") }
        guard !hasForeignBytes else { throw .badRequest("request head is not UTF-8") }
        for field in headers.fields {
            guard Self.isToken(field.name) else { throw .badRequest("malformed header name") }
            let hasControls = field.value.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }
            guard !hasControls else { throw .badRequest("control character in a header") }
        }
    }

    private func checkFraming() throws(Refusal) {
        // RFC 9112 §3.2. A request without one is refused by libmicrohttpd.
        guard headers.all("Host").count <= 1 else { throw .badRequest("more than one Host") }
        let lengths = headers.all("Content-Length")
        let codings = headers.all("Transfer-Encoding")
        guard lengths.count + codings.count <= 1 else { throw .badRequest("ambiguous length of the body") }
        if let length = lengths.first {
            let isNumber = !length.isEmpty && length.utf8.allSatisfy { $0 &- 0x30 < 10 }
            guard isNumber, Int(length) != nil else { throw .badRequest("malformed Content-Length") }
        }
        if let coding = codings.first {
            guard version != "HTTP/1.0" else { throw .badRequest("Transfer-Encoding in HTTP/1.0") }
            guard coding.equalsIgnoringCase("chunked") else {
                throw Refusal(status: 501, reason: "unknown transfer coding")
            }
        }
    }

    private func checkExpectation() throws(Refusal) {
        guard let expectation = headers.first("Expect"), version != "HTTP/1.0" else { return }
        guard expectation.equalsIgnoringCase("100-continue") else {
            throw Refusal(status: 417, reason: "unknown expectation")
        }
    }

    private func decodedQuery() throws(Refusal) -> [(name: String, value: String)] {
        var items: [(name: String, value: String)] = []
        for item in rawQuery {
            guard let name = RequestTarget.decoded(item.name), let value = RequestTarget.decoded(item.value) else {
                throw .badRequest("malformed query")
            }
            items.append((name, value))
        }
        return items
    }

    /// RFC 9110 §5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
