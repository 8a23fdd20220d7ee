import HTTPClient
import Testing

@Suite("Failures after the first byte", .timeLimit(.minutes(1)))
struct MayHaveBeenReceivedTests {
    @Test(
        "The connection ends after the request and before a status",
        arguments: ["close", "reset", "reset-at-head", "half-status", "only-interim"])
    func cut(path: String) async throws {
        try await withServer { client, server in
            let failure = try await client.failure(post(server.url("/\(path)?token=1")))
            #expect(failure.delivery == .mayHaveBeenReceived)
            #expect(failure.reason == .cut)
            #expect(!failure.requestIncomplete)
            #expect(!failure.description.contains("token"))
            #expect(server.counts.seen == ["a": 1])
        }
    }

    @Test("The connection ends while a large body is being sent: the server never held the whole request")
    func cutWhileSending() async throws {
        try await withServer { client, server in
            let body = [UInt8](repeating: 65, count: 32 << 20)
            let failure = try await client.failure(post(server.url("/reset-in-body"), body: body))
            #expect(failure.delivery == .mayHaveBeenReceived)
            #expect(failure.reason == .cut)
            #expect(failure.requestIncomplete)
            await server.stop()
            #expect(server.counts.executed.isEmpty)
        }
    }

    @Test("Something that is not HTTP")
    func garbage() async throws {
        try await withServer { client, server in
            let failure = try await client.failure(post(server.url("/garbage")))
            #expect(failure.delivery == .mayHaveBeenReceived)
            #expect(failure.reason == .malformed)
            #expect(!failure.description.contains("good day"))
        }
    }

    @Test("Silence: first-byte limit and total limit")
    func silence() async throws {
        try await withServer { client, server in
            let first = HTTPRequest.Limits(firstByte: .milliseconds(100), total: .seconds(50))
            let failure = try await client.failure(post(server.url("/silent"), limits: first))
            #expect(failure.delivery == .mayHaveBeenReceived)
            #expect(failure.reason == .timeout(.firstByte))
            let total = HTTPRequest.Limits(firstByte: .seconds(50), total: .milliseconds(500))
            let second = try await client.failure(post(server.url("/silent"), id: "b", limits: total))
            #expect(second.delivery == .mayHaveBeenReceived)
            #expect(second.reason == .timeout(.total))
            await server.wait { counts, _ in counts.executed == ["a": 1, "b": 1] }
        }
    }

    @Test("Cancelled while the server is at work")
    func cancelledAfterGate() async throws {
        try await withServer { client, server in
            let url = server.url("/silent")
            let task = Task { try await client.failure(post(url)) }
            await server.wait { counts, _ in counts.executed["a"] == 1 }
            task.cancel()
            let failure = try await task.value
            #expect(failure.delivery == .mayHaveBeenReceived)
            #expect(failure.reason == .cancelled)
        }
    }
}
