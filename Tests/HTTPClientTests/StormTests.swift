import HTTPClient
import Testing

@Suite("A storm of side effects", .timeLimit(.minutes(4)))
struct StormTests {
    private struct Attempt: Sendable {
        let id: String
        let result: Result<HTTPResponse, HTTPFailure>
    }

    private static let paths = [
        "ok", "ok", "close", "reset", "reset-at-head", "half-status", "half-head", "half-body", "half-chunk",
        "until-close", "die-on-reuse", "status/307", "status/401", "status/408", "status/417", "status/503",
        "early-413", "reset-in-body", "silent", "stall-body", "garbage", "only-interim",
    ]

    @Test("Under cuts, resets, limits and cancellation nothing runs twice, and what was called not sent never ran")
    func storm() async throws {
        try await withServer(HTTPClientConfiguration(maxConnections: 24, maxConnectionsPerHost: 24)) { client, server in
            let closedPort = Socket.closedPort()
            let attempts = await withTaskGroup(of: [Attempt].self) { group in
                for worker in 0..<32 {
                    group.addTask { await Self.work(worker, client, server, closedPort) }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            await server.stop()
            Self.check(attempts, server.counts)
        }
    }

    private static func work(
        _ worker: Int, _ client: HTTPClient, _ server: FaultServer, _ closedPort: UInt16
    ) async -> [Attempt] {
        var random = SplitMix(state: UInt64(worker))
        var attempts: [Attempt] = []
        for index in 0..<100 {
            let path = Self.paths[random.next(below: Self.paths.count)]
            let isRefused = random.next(below: 20) == 0
            let isLarge = path == "reset-in-body" || random.next(below: 40) == 0
            let id = "\(worker)-\(index)"
            var request = post(
                isRefused ? "http://127.0.0.1:\(closedPort)/" : server.url("/\(path)"), id: id,
                body: [UInt8](repeating: 65, count: isLarge ? 8 << 20 : 40),
                limits: HTTPRequest.Limits(firstByte: .milliseconds(400), total: .milliseconds(800)))
            if random.next(below: 30) == 0 { request.gate = { false } }
            // Idle connections to trip over.
            if random.next(below: 4) == 0 { _ = try? await client.send(get(server.url("/ok"), id: "idle")) }
            let yields = random.next(below: 6) == 0 ? random.next(below: 300) : nil
            attempts.append(Attempt(id: id, result: await send(request, client, cancelAfter: yields)))
        }
        return attempts
    }

    private static func send(
        _ request: HTTPRequest, _ client: HTTPClient, cancelAfter yields: Int?
    ) async -> Result<HTTPResponse, HTTPFailure> {
        let task = Task { () async -> Result<HTTPResponse, HTTPFailure> in
            do throws(HTTPFailure) {
                return .success(try await client.send(request))
            } catch {
                return .failure(error)
            }
        }
        if let yields {
            for _ in 0..<yields { await Task.yield() }
            task.cancel()
        }
        return await task.value
    }

    /// The counts are final: the server has ended.
    private static func check(_ attempts: [Attempt], _ counts: FaultServer.Counts) {
        var kinds: [String: Int] = [:]
        for attempt in attempts {
            let seen = counts.seen[attempt.id] ?? 0
            let executed = counts.executed[attempt.id] ?? 0
            #expect(seen <= 1, "\(attempt) was seen \(seen) times")
            switch attempt.result {
            case .success: #expect(seen == 1, "\(attempt)")
            case .failure(let failure):
                if failure.delivery == .notSent { #expect(seen == 0, "\(attempt)") }
                if case .answered = failure.delivery { #expect(seen == 1, "\(attempt)") }
                if failure.requestIncomplete { #expect(executed == 0, "\(attempt)") }
                kinds["\(failure.delivery) \(failure.reason)", default: 0] += 1
            }
        }
        #expect(attempts.count == 3_200)
        // The storm must have blown: each kind of end was met.
        for kind in [
            "notSent connect", "notSent gateClosed", "notSent cancelled", "mayHaveBeenReceived cut",
            "mayHaveBeenReceived timeout(HTTPClient.HTTPFailure.Phase.firstByte)", "answered(status: 200) truncated",
        ] {
            #expect(kinds[kind, default: 0] > 0, "\(kind) is missing in \(kinds)")
        }
    }
}

/// A small generator with a seed, so that a worker's choices can be repeated.
private struct SplitMix {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
