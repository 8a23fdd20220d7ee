import HTTPClient
import Testing

@Suite("Requests that are refused before anything happens", .timeLimit(.minutes(1)))
struct RequestValidationTests {
    private func expectMalformed(_ request: HTTPRequest, sourceLocation: SourceLocation = #_sourceLocation) async throws
    {
        try await withClient { client in
            let failure = try await client.failure(request, sourceLocation: sourceLocation)
            #expect(failure.delivery == .notSent, sourceLocation: sourceLocation)
            #expect(failure.reason == .malformed, sourceLocation: sourceLocation)
            #expect(!failure.description.contains("secret"), sourceLocation: sourceLocation)
        }
    }

    @Test(
        "A URL must be absolute http or https, in printable ASCII, without credentials",
        arguments: [
            "", "/rest/x", "ftp://127.0.0.1/secret", "file:///etc/passwd", "http://user:secret@127.0.0.1/",
            "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: secret", "http://127.0.0.1/\0secret", "http://127.0.0.1/é",
            "http://127.0.0.1:99999/", "http://",
        ])
    func urls(url: String) async throws {
        try await expectMalformed(get(url))
    }

    @Test(
        "A header is one line with a proper name, and does not touch the framing",
        arguments: [
            ("X", "a\r\nY: secret"), ("X", "a\nb"), ("X", "a\0secret"), ("X Y", "1"), ("", "1"), ("X:", "1"),
            ("Ü", "1"),
            ("content-length", "3"), ("Transfer-Encoding", "chunked"), ("EXPECT", "100-continue"),
            ("Connection", "close"),
        ])
    func headers(name: String, value: String) async throws {
        var request = post("http://127.0.0.1:1/")
        request.headers.append((name: name, value: value))
        try await expectMalformed(request)
    }

    @Test("A GET takes no body")
    func bodyOfGet() async throws {
        try await expectMalformed(HTTPRequest(url: "http://127.0.0.1:1/", body: []))
    }

    @Test("Limits of zero, below zero and beyond all measure are limits still")
    func extremeLimits() async throws {
        try await withServer { client, server in
            let endless = Duration.seconds(Int64.max)
            let limits = HTTPRequest.Limits(connect: endless, firstByte: endless, total: endless)
            let answer = try await client.send(get(server.url("/ok"), limits: limits))
            #expect(answer.status == 200)
            let none = HTTPRequest.Limits(firstByte: .seconds(-1), total: .zero)
            let failure = try await client.failure(post(server.url("/silent"), limits: none))
            #expect([.timeout(.firstByte), .timeout(.total)].contains(failure.reason))
        }
    }
}
