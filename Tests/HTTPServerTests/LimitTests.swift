import HTTPServer
import Testing

@Suite("Limits", .timeLimit(.minutes(1)))
struct LimitTests {
    private func limited(_ change: (inout HTTPServerConfiguration) -> Void) -> HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration()
        change(&configuration)
        return configuration
    }

    @Test("A body of exactly the limit is taken, one byte more is answered with 413", arguments: [true, false])
    func body(isChunked: Bool) async throws {
        try await withServer(limited { $0.maxBodyBytes = 1000 }, { .text("\($0.body.count)") }) { port in
            for (size, status) in [(1000, 200), (1001, 413), (1_000_000, 413)] {
                let answer = try await talk(to: port) { client in
                    let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(size)"
                    client.send("POST / HTTP/1.1\r\nHost: x\r\n\(framing)\r\n\r\n")
                    let body = String(repeating: "x", count: size)
                    client.send(isChunked ? "\(String(size, radix: 16))\r\n\(body)\r\n0\r\n\r\n" : body)
                    return try client.readAnswer()
                }
                #expect(answer.status == status)
                #expect(answer.header("Connection") == (status == 413 ? "close" : nil))
            }
        }
    }

    @Test("A body far beyond the limit is not read to its end")
    func endlessBody() async throws {
        try await withServer(limited { $0.maxBodyBytes = 1000 }, echo) { port in
            let sent = try await talk(to: port) { client in
                client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
                var sent = 0
                while sent < 100_000_000, client.send(chunk) { sent += chunk.utf8.count }
                return sent
            }
            #expect(sent < 100_000_000)
        }
    }

    @Test("Headers up to the limit are taken, more is answered with 431")
    func headers() async throws {
        try await withServer(limited { $0.maxHeaderBytes = 4096 }, echo) { port in
            for (size, status) in [(3900, 200), (4200, 431), (50_000, 431)] {
                let answer = try await talk(to: port) { client in
                    client.send("GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: size))\r\n\r\n")
                    return try client.readAnswer()
                }
                #expect(answer.status == status, "\(size)")
            }
        }
    }

    @Test(
        "A request that drips is cut, however steadily it drips, also when it is not its connection's first",
        arguments: ["GET / HTTP/1.1\r\nX: ", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", ""],
        [0, 1, 2])
    func drip(beginning: String, requestsBefore: Int) async throws {
        try await withServer(limited { $0.requestTimeout = .milliseconds(300) }, echo) { port in
            let end = try await talk(to: port) { client in
                for _ in 0..<requestsBefore {
                    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    _ = try client.readAnswer()
                }
                client.send(beginning)
                var client = client
                client.patience = 20
                for _ in 1...500 {
                    client.send("a")
                    if case .failure(let error) = client.read(), error.end != .silent { return error.end }
                }
                return .silent
            }
            #expect(end != .silent)
        }
    }

    @Test("Between requests a connection may rest for longer than a request may take")
    func rest() async throws {
        try await withServer(limited { $0.requestTimeout = .milliseconds(100) }, echo) { port in
            try await talk(to: port) { client in
                for _ in 1...2 {
                    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    try #expect(client.readAnswer().status == 200)
                    var patient = client
                    patient.patience = 500
                    guard case .failure(let error) = patient.read() else { continue }
                    #expect(error.end == .silent)
                }
            }
        }
    }

    @Test("A connection without traffic is closed")
    func idle() async throws {
        let configuration = limited {
            $0.idleTimeout = .seconds(1)
            $0.requestTimeout = .seconds(60)
        }
        try await withServer(configuration, echo) { port in
            let end = try await talk(to: port) { client in
                client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try client.readAnswer()
                return client.readToEnd().end
            }
            #expect(end == .closed)
        }
    }

    @Test("A client that does not take its answer is cut")
    func slowReader() async throws {
        let ended = Signal()
        let handler: HTTPServer.Handler = { _ in
            ServerResponse(
                body: .stream(
                    EventStream { stream in
                        while await stream.write([UInt8](repeating: 1, count: 65_536)) {}
                        ended.fire()
                    }))
        }
        try await withServer(limited { $0.responseTimeout = .milliseconds(300) }, handler) { port in
            let client = try await onThread { try RawClient(port: port) }
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await ended.wait()
            client.close()
        }
    }

    @Test("Connections beyond the limit wait until one closes")
    func connections() async throws {
        try await withServer(limited { $0.maxConnections = 2 }, echo) { port in
            let first = try await onThread { [try RawClient(port: port), try RawClient(port: port)] }
            try await onThread {
                for client in first {
                    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    _ = try client.readAnswer()
                }
            }
            let isServed = Signal()
            async let third = talk(to: port) { client in
                client.send("GET /third HTTP/1.1\r\nHost: x\r\n\r\n")
                let body = try client.readAnswer().body
                isServed.fire()
                return body
            }
            try await onThread {
                for client in first {
                    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    try #expect(client.readAnswer().status == 200)
                }
            }
            #expect(!isServed.isFired)
            first.forEach { $0.close() }
            #expect(try await third == "GET /third [] ")
        }
    }
}
