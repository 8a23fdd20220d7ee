import HTTPClient
import Testing

@Suite("Many requests at once", .timeLimit(.minutes(1)))
struct ConcurrencyTests {
    @Test("No more than the limit at once; the others wait and are all answered")
    func limit() async throws {
        try await withServer(HTTPClientConfiguration(maxConnectionsPerHost: 2)) { client, server in
            let url = server.url("/hold")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<6 { group.addTask { try await client.send(post(url, id: "\(index)")).status } }
                await server.wait { counts, _ in counts.seen.count == 2 }
                server.release(6)
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == [Int](repeating: 200, count: 6))
            #expect(server.counts.peak == 2)
        }
    }

    @Test("Waiting for a place counts as not sent: at the total limit and when cancelled")
    func waiting() async throws {
        try await withServer(HTTPClientConfiguration(maxConnections: 1)) { client, server in
            let url = server.url("/hold")
            let first = Task { try await client.send(post(url)).status }
            await server.wait { counts, _ in counts.executed["a"] == 1 }
            let limits = HTTPRequest.Limits(total: .milliseconds(100))
            let overdue = try await client.failure(post(url, id: "b", limits: limits))
            #expect(overdue.delivery == .notSent && overdue.reason == .timeout(.total))
            let task = Task { try await client.failure(post(url, id: "c")) }
            task.cancel()
            let cancelled = try await task.value
            #expect(cancelled.delivery == .notSent && cancelled.reason == .cancelled)
            server.release(1)
            let value = try await first.value
            #expect(value == 200)
            #expect(server.counts.seen == ["a": 1])
        }
    }

    @Test("A slow server does not hold up another one")
    func otherHost() async throws {
        try await withServer(HTTPClientConfiguration(maxConnectionsPerHost: 1)) { client, server in
            let url = server.url("/hold")
            let held = Task { try await client.send(post(url)).status }
            let queued = Task { try await client.send(post(url, id: "b")).status }
            await server.wait { counts, _ in counts.executed.count == 1 }
            let other = FaultServer()
            let status = try await client.send(get(other.url("/ok"))).status
            #expect(status == 200)
            await other.stop()
            server.release(2)
            let value = try await held.value
            #expect(value == 200)
            let secondValue = try await queued.value
            #expect(secondValue == 200)
        }
    }

    @Test("Reading reuses a connection, a side effect never does")
    func reuse() async throws {
        try await withServer { client, server in
            for index in 0..<3 { _ = try await client.send(get(server.url("/ok"), id: "\(index)")) }
            await server.wait { _, connections in connections == 1 }
            for index in 3..<6 { _ = try await client.send(post(server.url("/ok"), id: "\(index)")) }
            await server.wait { _, connections in connections == 4 }
        }
    }

    @Test("libcurl repeats what is safe when an idle connection has died, and never a side effect")
    func repetition() async throws {
        try await withServer { client, server in
            var safe = post(server.url("/die-on-reuse"), id: "safe")
            safe.repeatability = .safe
            _ = try await client.send(get(server.url("/ok"), id: "first"))
            let status = try await client.send(safe).status
            #expect(status == 200)
            #expect(server.counts.executed["safe"] == 2)
            let secondStatus = try await client.send(post(server.url("/die-on-reuse"), id: "once")).status
            #expect(secondStatus == 200)
            #expect(server.counts.executed["once"] == 1)
        }
    }
}
