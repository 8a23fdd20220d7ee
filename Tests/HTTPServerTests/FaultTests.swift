import HTTPServer
import Synchronization
import Testing

@Suite("Faults on purpose", .timeLimit(.minutes(1)))
struct FaultTests {
    private let post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"

    private func answer(_ response: ServerResponse) async throws -> (text: String, end: ConnectionEnd) {
        try await withServer(.init(), { _ in response }) { port in
            let answer = try await talk(to: port) { [post] client in
                client.send(post)
                return client.readToEnd()
            }
            return answer
        }
    }

    @Test("A cut closes the connection without an answer")
    func cut() async throws {
        let (text, end) = try await answer(.cut())
        #expect(text.isEmpty)
        #expect(end == .closed)
    }

    @Test("A reset is seen as a reset")
    func reset() async throws {
        let (text, end) = try await answer(.cut(reset: true))
        #expect(text.isEmpty)
        #expect(end == .reset)
    }

    @Test("A truncated answer claims more than it has, then the connection is closed", arguments: [0, 3, 100_000])
    func truncated(size: Int) async throws {
        let body = String(repeating: "x", count: size)
        let (text, end) = try await answer(.json(body).truncated(claimedLength: 200_000))
        #expect(text.contains("Content-Length: 200000"))
        #expect(text.contains("Content-Type: application/json"))
        #expect(text.hasSuffix("\r\n\r\n" + body))
        #expect(end == .closed)
    }

    @Test("A stream that cannot be sent is ended, so that its writer learns of it")
    func unsent() async throws {
        let responses: [(EventStream) -> ServerResponse] = [
            { ServerResponse(body: .stream($0), ending: .cut(reset: false)) },
            { ServerResponse(status: 1, body: .stream($0)) },
            { ServerResponse(headers: ["a b": "c"], body: .stream($0)) },
        ]
        for response in responses {
            let stream = EventStream()
            _ = try await answer(response(stream))
            #expect(stream.hasEnded)
        }
    }

    @Test("What the library says about a connection reaches the log")
    func logged() async throws {
        let lines = Mutex<[String]>([])
        var configuration = HTTPServerConfiguration()
        configuration.log = { line in lines.withLock { $0.append(line) } }
        try await withServer(configuration, { $0.path == "/cut" ? .cut() : .status(0) }) { port in
            for path in ["/cut", "/impossible"] {
                _ = try await talk(to: port) { client in
                    client.send("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    return client.readToEnd().end
                }
            }
        }
        let found = lines.withLock { $0 }
        #expect(found.contains("an answer could not be sent: status 0"))
        #expect(found.contains { $0.count > 10 && !$0.hasPrefix("an answer") && !$0.contains("\n") })
    }

    @Test("After faults the server serves on")
    func servesOn() async throws {
        let handler: HTTPServer.Handler = { request in
            switch request.path {
            case "/cut": .cut()
            case "/reset": .cut(reset: true)
            case "/short": ServerResponse.text("short").truncated(claimedLength: 50)
            default: .text("whole")
            }
        }
        try await withServer(.init(), handler) { port in
            for round in 1...50 {
                let path = ["/cut", "/reset", "/short"][round % 3]
                _ = try await talk(to: port) { client in
                    client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                    return client.readToEnd().end
                }
            }
            let body = try await talk(to: port) { client in
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return try client.readAnswer().body
            }
            #expect(body == "whole")
        }
    }
}
