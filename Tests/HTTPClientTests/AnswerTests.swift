import HTTPClient
import Testing

@Suite("Whole answers", .timeLimit(.minutes(1)))
struct AnswerTests {
    @Test("A request arrives as it was given, with nothing of the transport's own making")
    func requestArrives() async throws {
        try await withServer { client, server in
            var request = post(server.url("/echo/%2E%2E/a%2Fb?x=1&y=%20"), body: Array("hello".utf8))
            request.headers.append((name: "X-Empty", value: ""))
            let answer = try await client.send(request)
            let head = String(decoding: answer.body, as: UTF8.self)
            #expect(answer.status == 200)
            #expect(head.hasPrefix("POST /echo/%2E%2E/a%2Fb?x=1&y=%20 HTTP/1.1\r\n"))
            #expect(head.contains("\r\nContent-Length: 5\r\n"))
            #expect(head.contains("\r\nContent-Type: application/json\r\n"))
            #expect(head.contains("\r\nX-Empty:"))
            #expect(head.contains("\r\nUser-Agent: riposte\r\n"))
            #expect(!head.lowercased().contains("expect:"))
            #expect(!head.lowercased().contains("cookie"))
        }
    }

    @Test("Every method is sent, and a POST or PUT without a body has length 0", arguments: HTTPRequest.Method.allCases)
    func methods(method: HTTPRequest.Method) async throws {
        try await withServer { client, server in
            let answer = try await client.send(HTTPRequest(method: method, url: server.url("/echo")))
            let head = String(decoding: answer.body, as: UTF8.self)
            #expect(head.hasPrefix("\(method.rawValue) /echo HTTP/1.1\r\n"))
            #expect(head.contains("Content-Length: 0") == (method == .post || method == .put))
            #expect(!head.contains("Content-Type"))
        }
    }

    @Test("A body of several megabytes arrives whole")
    func largeBody() async throws {
        try await withServer { client, server in
            let answer = try await client.send(post(server.url("/ok"), body: [UInt8](repeating: 65, count: 5 << 20)))
            #expect(answer.status == 200)
            #expect(server.counts.executed == ["a": 1])
        }
    }

    @Test(
        "Redirects and error statuses are answers: followed by nothing, sent once",
        arguments: [302, 307, 401, 408, 413, 417, 429, 500, 503])
    func statuses(status: Int) async throws {
        try await withServer { client, server in
            let answer = try await client.send(post(server.url("/status/\(status)")))
            #expect(answer.status == status)
            #expect(answer.headers["location"] == "/ok")
            #expect(server.counts.seen == ["a": 1])
        }
    }

    @Test("A refusal that comes before the body was read is an answer")
    func earlyRefusal() async throws {
        try await withServer { client, server in
            let answer = try await client.send(
                post(server.url("/early-413"), body: [UInt8](repeating: 65, count: 2 << 20)))
            #expect(answer.status == 413)
            #expect(server.counts.seen == ["a": 1])
        }
    }

    @Test(
        "Interim answers are skipped, trailers and missing bodies are understood",
        arguments: ["interim-first", "trailers"])
    func unusualFraming(path: String) async throws {
        try await withServer { client, server in
            let answer = try await client.send(post(server.url("/\(path)")))
            #expect(answer.status == 200)
            #expect(answer.headers["link"] == nil)
            #expect(answer.body == Array("{}".utf8))
        }
    }

    @Test("204 has no body and needs no length")
    func noContent() async throws {
        try await withServer { client, server in
            let answer = try await client.send(post(server.url("/no-content")))
            #expect(answer == HTTPResponse(status: 204))
        }
    }

    @Test("A compressed body is unpacked")
    func gzip() async throws {
        try await withServer { client, server in
            let answer = try await client.send(get(server.url("/raw/gzip")))
            #expect(String(decoding: answer.body, as: UTF8.self) == #"{"a":1}"#)
        }
    }

    @Test("Reading accepts a body that lasts until the connection ends")
    func bodyUntilClose() async throws {
        try await withServer { client, server in
            let answer = try await client.send(get(server.url("/until-close")))
            #expect(String(decoding: answer.body, as: UTF8.self) == "hello")
        }
    }
}
