import HTTPServer
import Synchronization
import Testing

@Suite("Many at a time", .timeLimit(.minutes(1)))
struct ConcurrencyTests {
    @Test("Three hundred handlers wait at a time, and each answers its own client")
    func waiting() async throws {
        let count = 300
        let arrived = Mutex(0)
        let everybody = Signal()
        let handler: HTTPServer.Handler = { request in
            let isLast = arrived.withLock { arrived in
                arrived += 1
                return arrived == count
            }
            isLast ? everybody.fire() : await everybody.wait()
            return .text(request.path)
        }
        try await withServer(.init(), handler) { port in
            let bodies = try await onThread {
                let clients = try (0..<count).map { _ in try RawClient(port: port) }
                defer { clients.forEach { $0.close() } }
                for (index, client) in clients.enumerated() {
                    client.send("GET /\(index) HTTP/1.1\r\nHost: x\r\n\r\n")
                }
                return try clients.map { try $0.readAnswer().body }
            }
            #expect(bodies == (0..<count).map { "/\($0)" })
        }
    }

    @Test("Clients that leave in the middle of a request cancel their handlers and harm nobody")
    func leaving() async throws {
        let count = 200
        let cancelled = Mutex(0)
        let all = Signal()
        let handler: HTTPServer.Handler = { request in
            guard request.path == "/slow" else { return .text("here") }
            await Signal.cancellation()
            let isLast = cancelled.withLock { cancelled in
                cancelled += 1
                return cancelled == count
            }
            if isLast { all.fire() }
            return .text("nobody listens")
        }
        try await withServer(.init(), handler) { port in
            try await onThread {
                for index in 0..<count {
                    let client = try RawClient(port: port)
                    client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
                    index.isMultiple(of: 2) ? client.close() : client.reset()
                }
            }
            let body = try await talk(to: port) { client in
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return try client.readAnswer().body
            }
            #expect(body == "here")
        }
    }

    @Test("A client that only closes its sending side cancels the handler and still gets what it returns")
    func halfClosed() async throws {
        let handler: HTTPServer.Handler = { _ in
            await Signal.cancellation()
            return .text("still sent")
        }
        try await withServer(.init(), handler) { port in
            let (text, end) = try await talk(to: port) { client in
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                client.finishSending()
                return client.readToEnd()
            }
            #expect(text.hasSuffix("still sent"))
            #expect(end == .closed)
        }
    }

    @Test("Streams come and go while others are written")
    func streams() async throws {
        let handler: HTTPServer.Handler = { _ in
            .events(
                EventStream { stream in
                    for number in 0..<200 where !Task.isCancelled {
                        stream.push(ServerSentEvent(data: "\(number)"))
                        await Task.yield()
                    }
                })
        }
        try await withServer(.init(), handler) { port in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<60 {
                    group.addTask {
                        try await talk(to: port) { client in
                            client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            if index.isMultiple(of: 3) { return true }
                            return client.readToEnd().text.contains("data: 199\n\n")
                        }
                    }
                }
                for try await isWhole in group { #expect(isWhole) }
            }
        }
    }
}
