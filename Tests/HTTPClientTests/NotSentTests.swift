import Glibc
import HTTPClient
import Synchronization
import Testing

@Suite("Failures that prove that nothing was sent", .timeLimit(.minutes(1)))
struct NotSentTests {
    @Test("Nobody listens")
    func refused() async throws {
        try await withClient { client in
            let failure = try await client.failure(post("http://127.0.0.1:\(Socket.closedPort())/secret?token=1"))
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .connect)
            #expect(!failure.description.contains("secret") && !failure.description.contains("token"))
        }
    }

    @Test("The name does not exist")
    func unknownName() async throws {
        try await withClient { client in
            let limits = HTTPRequest.Limits(connect: .seconds(50), total: .seconds(55))
            let failure = try await client.failure(post("https://console.invalid/", limits: limits))
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .nameResolution)
        }
    }

    @Test("A full backlog does not answer the connection: connect limit")
    func connectTimeout() async throws {
        let (listener, port) = Socket.listen(backlog: 0)
        let fillers = (0..<4).map { _ in Socket.beginConnecting(to: port) }
        defer { for descriptor in fillers + [listener] { close(descriptor) } }
        try await withClient { client in
            let limits = HTTPRequest.Limits(connect: .milliseconds(200))
            let failure = try await client.failure(post("http://127.0.0.1:\(port)/", limits: limits))
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .timeout(.connect))
        }
    }

    @Test("The handshake never ends: connect limit")
    func handshakeTimeout() async throws {
        try await withServer(HTTPClientConfiguration(), .mute) { client, server in
            let limits = HTTPRequest.Limits(connect: .milliseconds(200))
            let failure = try await client.failure(post(server.url("/", scheme: "https"), limits: limits))
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .timeout(.connect))
        }
    }

    @Test("The total limit may end within the handshake")
    func totalLimitInHandshake() async throws {
        try await withServer(HTTPClientConfiguration(), .mute) { client, server in
            let limits = HTTPRequest.Limits(connect: .seconds(50), total: .milliseconds(200))
            let failure = try await client.failure(post(server.url("/", scheme: "https"), limits: limits))
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .timeout(.total))
        }
    }

    @Test("The gate is closed")
    func gateClosed() async throws {
        try await withServer { client, server in
            let failure = try await client.failure(post(server.url("/ok")) { false })
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .gateClosed)
            await server.stop()
            #expect(server.counts.seen.isEmpty)
        }
    }

    @Test("The gate is asked once, when the connection stands, and not at all without one")
    func gateIsAskedLast() async throws {
        let asked = Atomic(0)
        try await withServer { client, server in
            let gate: @Sendable () -> Bool = { asked.wrappingAdd(1, ordering: .relaxed).newValue > 0 }
            _ = try await client.failure(post("http://127.0.0.1:\(Socket.closedPort())/", gate: gate))
            #expect(asked.load(ordering: .relaxed) == 0)
            _ = try await client.send(post(server.url("/ok"), gate: gate))
            #expect(asked.load(ordering: .relaxed) == 1)
        }
    }

    @Test("Cancelled while the handshake is under way")
    func cancelledBeforeGate() async throws {
        try await withServer(HTTPClientConfiguration(), .mute) { client, server in
            let url = server.url("/", scheme: "https")
            let task = Task { try await client.failure(post(url)) }
            await server.wait { _, connections in connections == 1 }
            task.cancel()
            let failure = try await task.value
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .cancelled)
        }
    }

    @Test("Cancelled before it began")
    func cancelledAtOnce() async throws {
        try await withServer { client, server in
            let url = server.url("/ok")
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.failure(post(url))
            }
            let failure = try await task.value
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .cancelled)
            #expect(server.counts.seen.isEmpty)
        }
    }

    @Test("Cancelled by the gate itself, at the last moment")
    func cancelledInGate() async throws {
        try await withServer { client, server in
            let url = server.url("/ok")
            let cancel = Mutex<(@Sendable () -> Void)?>(nil)
            let task = Task {
                await server.wait { _, connections in connections == 1 }
                return try await client.failure(
                    post(url) {
                        cancel.withLock { $0 }?()
                        return true
                    })
            }
            cancel.withLock { $0 = { task.cancel() } }
            _ = try await client.send(get(server.url("/ok"), id: "other"))
            let failure = try await task.value
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .cancelled)
            #expect(server.counts.seen["a"] == nil)
        }
    }

    @Test("A proxy that cannot be reached, refuses the tunnel, or hangs up")
    func proxies() async throws {
        let refusing = HTTPClientConfiguration(proxy: "http://user:secret@127.0.0.1:\(Socket.closedPort())")
        try await withClient(refusing) { client in
            let failure = try await client.failure(post("https://127.0.0.1:1/"))
            #expect(failure.delivery == .notSent)
            #expect(failure.reason == .proxy)
            #expect(!failure.description.contains("secret"))
        }
        let server = FaultServer()
        try await withClient(HTTPClientConfiguration(proxy: server.url(""))) { client in
            for url in ["http://refused/", "http://cut/"] {
                let failure = try await client.failure(post(url))
                #expect(failure.delivery == .notSent)
                #expect(failure.reason == .proxy)
            }
        }
        await server.stop()
    }
}
