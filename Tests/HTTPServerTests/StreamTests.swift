import HTTPServer
import Testing

@Suite("Streams", .timeLimit(.minutes(1)))
struct StreamTests {
    private let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test("Events arrive as they are pushed, and the stream ends when it is closed")
    func events() async throws {
        let stream = EventStream()
        try await withServer(.init(), { _ in .events(stream) }) { port in
            let client = try await onThread { [request] in
                let client = try RawClient(port: port)
                client.send(request)
                return client
            }
            let head = try await onThread { try client.read(until: "\r\n\r\n") }
            #expect(head.contains("Content-Type: text/event-stream"))
            for number in 1...3 {
                #expect(stream.push(ServerSentEvent(name: "tick", id: "\(number)", data: "a\nb")))
                let event = try await onThread { try client.read(until: "data: b\n\n") }
                #expect(event.contains("event: tick\nid: \(number)\ndata: a\ndata: b\n\n"))
            }
            stream.close()
            _ = try await onThread { try client.read(until: "0\r\n\r\n") }
            #expect(!stream.push(ServerSentEvent.keepAlive))

            let next = try await onThread { [request] in
                client.send(request)
                defer { client.close() }
                return try client.readAnswer()
            }
            #expect(next.status == 500, "a stream belongs to one answer")
        }
    }

    @Test("A long stream goes through a small buffer whole and in order")
    func long() async throws {
        let handler: HTTPServer.Handler = { _ in
            ServerResponse(
                body: .stream(
                    EventStream(limit: 1000) { stream in
                        for number in 0..<20_000 { await stream.write(Array("\(number)\n".utf8)) }
                    }))
        }
        try await withServer(.init(), handler) { port in
            let text = try await talk(to: port) { client in
                client.send("GET / HTTP/1.0\r\n\r\n")
                return client.readToEnd().text
            }
            let body = text.split(separator: "\r\n\r\n", maxSplits: 1).last ?? ""
            #expect(body.elementsEqual((0..<20_000).map { "\($0)\n" }.joined()))
        }
    }

    @Test(
        "When the client leaves, the producer is cancelled and nothing more can be written", arguments: [true, false])
    func clientLeaves(byReset: Bool) async throws {
        let ended = Signal()
        let stream = EventStream { stream in
            stream.push(Array("hello".utf8))
            await Signal.cancellation()
            ended.fire()
        }
        try await withServer(.init(), { _ in .events(stream) }) { port in
            try await onThread { [request] in
                let client = try RawClient(port: port)
                client.send(request)
                _ = try client.read(until: "hello")
                byReset ? client.reset() : client.close()
            }
            await ended.wait()
            #expect(stream.hasEnded)
            #expect(!stream.push([1]))
            #expect(await !stream.write([1]))
        }
    }

    @Test("A client that lets events pile up is cut off")
    func overflow() async throws {
        let stream = EventStream(limit: 100_000)
        try await withServer(.init(), { _ in .events(stream) }) { port in
            let client = try await onThread { [request] in
                let client = try RawClient(port: port)
                client.send(request)
                _ = try client.read(until: "\r\n\r\n")
                return client
            }
            var pushed = 0
            while stream.push([UInt8](repeating: 0, count: 10_000)) { pushed += 10_000 }
            #expect(pushed >= 100_000)
            let end = try await onThread {
                defer { client.close() }
                return client.readToEnd().end
            }
            #expect(end != .silent)
        }
    }

    @Test("A stream that was closed before it was sent still sends what it has")
    func closedBefore() async throws {
        let handler: HTTPServer.Handler = { _ in
            let stream = EventStream()
            stream.push(Array("all there is".utf8))
            stream.close()
            return ServerResponse(body: .stream(stream))
        }
        try await withServer(.init(), handler) { port in
            let text = try await talk(to: port) { client in
                client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                return client.readToEnd().text
            }
            #expect(text.contains("all there is"))
        }
    }

    @Test("HEAD does not start a producer")
    func head() async throws {
        let handler: HTTPServer.Handler = { request in
            .events(EventStream { _ in Issue.record("the producer ran") })
        }
        try await withServer(.init(), handler) { port in
            let answer = try await talk(to: port) { client in
                client.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                return client.readToEnd().text
            }
            #expect(answer.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("A writer that waits for room gives up when its task is cancelled")
    func cancelledWriter() async throws {
        let stream = EventStream(limit: 10)
        #expect(await stream.write(Array("0123456789".utf8)))
        let writer = Task { await stream.write([1]) }
        writer.cancel()
        #expect(await writer.value == false)
    }

    @Test("Line breaks cannot smuggle a field into an event")
    func eventText() {
        let event = ServerSentEvent(name: "a\ndata: x", id: "1\r\n2", data: "x\r\ny\n\nz")
        #expect(
            String(decoding: event.bytes, as: UTF8.self)
                == "event: a data: x\nid: 1 2\ndata: x\ndata: y\ndata: \ndata: z\n\n")
    }
}
