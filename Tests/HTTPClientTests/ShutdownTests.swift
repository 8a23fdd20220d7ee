import HTTPClient
import Testing

@Suite("Shutdown", .timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test("What is under way may have been received; what waits for a place, and what comes later, is not sent")
    func shutDown() async throws {
        try await withServer(HTTPClientConfiguration(maxConnections: 1)) { client, server in
            let url = server.url("/silent")
            let started = Task { try await client.failure(post(url)) }
            await server.wait { counts, _ in counts.executed["a"] == 1 }
            let queued = Task { try await client.failure(post(url, id: "b")) }
            await client.shutdown()
            let underWay = try await started.value
            #expect(underWay.delivery == .mayHaveBeenReceived)
            #expect(underWay.reason == .shutDown)
            for failure in [try await queued.value, try await client.failure(post(url, id: "c"))] {
                #expect(failure.delivery == .notSent)
                #expect(failure.reason == .shutDown)
            }
            #expect(server.counts.seen == ["a": 1])
        }
    }

    @Test("Several may wait for the end, and afterwards it is over at once")
    func together() async throws {
        let client = try HTTPClient()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { await client.shutdown() } }
        }
        await client.shutdown()
    }

    @Test("A client that is let go stays until its last request ends, and goes then")
    func letGo() async throws {
        let server = FaultServer()
        let url = server.url("/silent")
        var client: HTTPClient? = try HTTPClient()
        weak let weakClient = client
        let task = Task { [client] in try await client?.failure(post(url)) }
        client = nil
        await server.wait { counts, _ in counts.executed["a"] == 1 }
        #expect(weakClient != nil)
        task.cancel()
        let failure = try await task.value
        #expect(failure?.reason == .cancelled)
        #expect(weakClient == nil)
        await server.stop()
    }
}
