import HTTPServer
import Testing

/// What a client sends and how it is to be answered.
struct HostileRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    /// The statuses that are fine; 0 is a connection closed without an answer.
    let statuses: Set<Int>

    init(_ name: String, _ text: String, _ statuses: Set<Int>) {
        self.init(name, Array(text.utf8), statuses)
    }

    init(_ name: String, _ bytes: [UInt8], _ statuses: Set<Int>) {
        self.name = name
        self.bytes = bytes
        self.statuses = statuses
    }

    var testDescription: String { name }

    static func get(_ name: String, _ target: String, _ statuses: Set<Int>) -> HostileRequest {
        HostileRequest(name, "GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n", statuses)
    }

    static func post(_ name: String, _ headers: String, _ body: String, _ statuses: Set<Int>) -> HostileRequest {
        HostileRequest(name, "POST / HTTP/1.1\r\nHost: x\r\n\(headers)\r\n\r\n\(body)", statuses)
    }

    static let all: [HostileRequest] = framing + targets + heads

    private static let framing: [HostileRequest] = [
        .post("two lengths", "Content-Length: 3\r\nContent-Length: 5", "hello", [400]),
        .post("the same length twice", "Content-Length: 5\r\nContent-Length: 5", "hello", [400]),
        .post("a list of lengths", "Content-Length: 5, 5", "hello", [400]),
        .post("length and coding", "Content-Length: 3\r\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n", [400]),
        .post("coding twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n", [400]),
        .post("unknown coding", "Transfer-Encoding: gzip", "hello", [400, 501]),
        .post("two codings in one", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n", [400, 501]),
        .post("blank before the colon", "Content-Length : 5", "hello", [400]),
        .post("blank in a name", "Content Length: 5", "hello", [400]),
        .post("negative length", "Content-Length: -3", "hello", [400]),
        .post("signed length", "Content-Length: +5", "hello", [400]),
        .post("length and rubbish", "Content-Length: 5x", "hello", [400]),
        .post("hexadecimal length", "Content-Length: 0x5", "hello", [400]),
        .post("huge length", "Content-Length: 99999999999999999999", "hello", [400, 413]),
        .post("bad chunk size", "Transfer-Encoding: chunked", "ZZZ\r\nhello\r\n0\r\n\r\n", [0, 400]),
        .post("huge chunk size", "Transfer-Encoding: chunked", "FFFFFFFFFFFFFFFFF\r\nhello", [0, 400, 413]),
        .post("body cut short", "Content-Length: 500", "hello", [0]),
        HostileRequest(
            "coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400]),
    ]

    private static let targets: [HostileRequest] = [
        .get("%00 in the path", "/a%00b", [400]),
        .get("%0A in the path", "/a%0Ab", [400]),
        .get("half an escape", "/a%4", [400]),
        .get("no escape", "/a%zz", [400]),
        .get("not UTF-8", "/%ff%fe", [400]),
        .get("climbing", "/static/../key", [400]),
        .get("climbing in disguise", "/static/%2e%2E/key", [400]),
        .get("climbing through an escaped slash", "/static/..%2fkey", [400]),
        .get("half an escape in the query", "/?a=%4", [400]),
        .get("NUL in the query", "/?a=%00", [400]),
        .get("no path", "x", [400]),
        .get("asterisk", "*", [400]),
        .get("long request line", "/" + String(repeating: "a", count: 100_000), [414, 431]),
    ]

    private static let heads: [HostileRequest] = [
        HostileRequest("no host", "GET / HTTP/1.1\r\n\r\n", [400]),
        HostileRequest("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", [400]),
        HostileRequest("the same host twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", [400]),
        HostileRequest("unknown version", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", [400, 505]),
        HostileRequest("no version", "GET /\r\n\r\n", [0, 400, 505]),
        HostileRequest("strange method", "G@T / HTTP/1.1\r\nHost: x\r\n\r\n", [400]),
        HostileRequest(
            "TLS to a plain port", [0x16, 0x03, 0x01, 0x02, 0x00] + Array(repeating: 0xFF, count: 300), [0, 400, 505]),
        HostileRequest("control character in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{1}c\r\n\r\n", [400]),
        HostileRequest(
            "huge header", "GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "a", count: 1_000_000), [431]),
        HostileRequest(
            "ten thousand headers",
            "GET / HTTP/1.1\r\nHost: x\r\n" + (0..<10_000).map { "X\($0): a\r\n" }.joined() + "\r\n", [431]),
        HostileRequest("nothing", "", [0]),
        HostileRequest("one byte", "G", [0]),
    ]
}

@Suite("Hostile requests", .timeLimit(.minutes(1)))
struct HostileRequestTests {
    @Test("What two parsers could read differently never reaches the handler", arguments: HostileRequest.all)
    func refused(_ request: HostileRequest) async throws {
        let reached = Signal()
        let handler: HTTPServer.Handler = { _ in
            reached.fire()
            return .text("reached")
        }
        try await withServer(.init(), handler) { port in
            let (text, end) = try await talk(to: port) { client in
                client.send(request.bytes)
                client.finishSending()
                return client.readToEnd()
            }
            let status = text.isEmpty ? 0 : Int(text.split(separator: " ")[1]) ?? -1
            #expect(request.statuses.contains(status), "\(text.prefix(200))")
            #expect(!text.contains("HTTP/1.1 2"), "nothing is answered after a refusal: \(text)")
            #expect(end != .silent)
            #expect(!reached.isFired)

            let next = try await talk(to: port) { client in
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return try client.readAnswer().body
            }
            #expect(next == "reached")
        }
    }

    @Test("What stands behind a raw NUL is refused or not seen, as the version of libmicrohttpd has it")
    func rawNUL() async throws {
        try await withServer(.init(), { .text("\($0.path) \($0.headers.first("A") ?? "-")") }) { port in
            for request in ["GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a HTTP/1.1\r\nHost: x\r\nA: -\0b\r\n\r\n"] {
                let text = try await talk(to: port) { client in
                    client.send(request)
                    client.finishSending()
                    return client.readToEnd().text
                }
                #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 400") || text.hasSuffix("\r\n\r\n/a -"))
            }
        }
    }

    @Test("What is odd but clear is understood")
    func odd() async throws {
        let requests = [
            ("GET http://host:80/a/b?c=d HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a/b [c=d] "),
            ("GET http://host HTTP/1.1\r\nHost: x\r\n\r\n", "GET / [] "),
            ("GET /a%2Fb/%C3%BC HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a/b/ü [] "),
            ("GET /... HTTP/1.1\r\nHost: x\r\n\r\n", "GET /... [] "),
            ("GET /?a+b=%2B&=x&a=1&a=2 HTTP/1.1\r\nHost: x\r\n\r\n", "GET / [a b=+;=x;a=1;a=2] "),
            ("GET / HTTP/1.0\r\n\r\n", "GET / [] "),
            ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "POST / [] hi"),
        ]
        try await withServer(.init(), echo) { port in
            for (request, expected) in requests {
                let body = try await talk(to: port) { client in
                    client.send(request)
                    return try client.readAnswer().body
                }
                #expect(body == expected)
            }
        }
    }
}
