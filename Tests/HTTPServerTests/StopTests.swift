import HTTPServer
import Synchronization
import Testing

@Suite("Stop", .timeLimit(.minutes(1)))
struct StopTests {
    private let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test("An answer in the making is waited for, new connections are refused, and its connection is closed")
    func waits() async throws {
        let (begun, mayEnd) = (Signal(), Signal())
        let server = HTTPServer { _ in
            begun.fire()
            await mayEnd.wait()
            return .text("done")
        }
        let port = try server.start()
        async let answer = talk(to: port) { [request] client in
            client.send(request)
            return client.readToEnd()
        }
        await begun.wait()
        async let isClean = server.stop(grace: .seconds(30))
        try await waitUntilRefused(port)
        mayEnd.fire()
        #expect(await isClean)
        let (text, end) = try await answer
        #expect(text.contains("done"))
        #expect(text.contains("Connection: close"))
        #expect(end == .closed)
        #expect(await server.stop(grace: .zero), "a second stop says the same")
    }

    @Test("Streams end after what was written, and idle connections are closed")
    func streams() async throws {
        let server = HTTPServer { _ in
            .events(
                EventStream { stream in
                    stream.push(Array("hello".utf8))
                    await Signal.cancellation()
                })
        }
        let port = try server.start()
        let clients = try await onThread { [request] in
            let clients = [try RawClient(port: port), try RawClient(port: port)]
            clients[0].send(request)
            _ = try clients[0].read(until: "hello")
            return clients
        }
        #expect(await server.stop(grace: .seconds(30)))
        let ends = try await onThread { clients.map { $0.readToEnd() } }
        #expect(ends[0].text.hasSuffix("0\r\n\r\n"))
        #expect(ends.map(\.end) == [.closed, .closed])
        clients.forEach { $0.close() }
    }

    @Test("Past the grace period handlers are cancelled, and the stop says that it was not clean")
    func cancels() async throws {
        let begun = Signal()
        let server = HTTPServer { _ in
            begun.fire()
            await Signal.cancellation()
            return .text("too late")
        }
        let port = try server.start()
        async let end = talk(to: port) { [request] client in
            client.send(request)
            return client.readToEnd()
        }
        await begun.wait()
        #expect(await server.stop(grace: .milliseconds(50)) == false)
        #expect(try await end.end != .silent)
    }

    @Test("A handler that ignores its cancellation does not hold the stop")
    func ignores() async throws {
        let (begun, mayEnd) = (Signal(), Signal())
        let server = HTTPServer { _ in
            begun.fire()
            await mayEnd.wait()
            return .text("far too late")
        }
        let port = try server.start()
        let client = try await onThread { [request] in
            let client = try RawClient(port: port)
            client.send(request)
            return client
        }
        await begun.wait()
        #expect(await server.stop(grace: .milliseconds(10)) == false)
        mayEnd.fire()
        client.close()
    }

    @Test("A request on an open connection is answered with 503 while the server stops")
    func refusesNew() async throws {
        let (begun, mayEnd) = (Signal(), Signal())
        let server = HTTPServer { request in
            if request.path == "/slow" {
                begun.fire()
                await mayEnd.wait()
            }
            return .text("done")
        }
        let port = try server.start()
        let client = try await onThread { [request] in
            let client = try RawClient(port: port)
            client.send(request)
            _ = try client.readAnswer()
            return client
        }
        async let slow = talk(to: port) { client in
            client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            return try client.readAnswer().body
        }
        await begun.wait()
        async let isClean = server.stop(grace: .seconds(30))
        try await waitUntilRefused(port)
        let refused = try await onThread { [request] in
            client.send(request)
            return try client.readAnswer().status
        }
        #expect(refused == 503)
        client.close()
        mayEnd.fire()
        #expect(await isClean)
        #expect(try await slow == "done")
    }

    @Test("A server starts once, says why it cannot listen, and stops without having started")
    func starting() async throws {
        let server = HTTPServer { _ in .text("") }
        #expect(await server.stop(grace: .zero))
        let port = try server.start()
        #expect(throws: HTTPServerError.alreadyStarted) { try server.start() }
        let taken = HTTPServer(HTTPServerConfiguration(address: "127.0.0.1", port: port)) { _ in .text("") }
        let error = #expect(throws: HTTPServerError.self) { try taken.start() }
        #expect(error?.description == "cannot listen on 127.0.0.1 port \(port): Address already in use")
        let nowhere = HTTPServer(HTTPServerConfiguration(address: "localhost.", port: 0)) { _ in .text("") }
        #expect(throws: HTTPServerError.notAnAddress("localhost.")) { try nowhere.start() }
        #expect(await server.stop(grace: .seconds(1)))
    }

    private func waitUntilRefused(_ port: UInt16) async throws {
        try await onThread {
            while let client = try? RawClient(port: port) { client.close() }
        }
    }
}
