import HTTPClient
import Testing

/// Runs a test with a client and a fault server, both ended afterwards.
func withServer(
    _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(), _ manner: FaultServer.Manner = .http,
    _ body: (HTTPClient, FaultServer) async throws -> Void
) async throws {
    let server = FaultServer(manner)
    do {
        try await withClient(configuration) { try await body($0, server) }
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}

/// Runs a test with a client that is shut down afterwards.
func withClient(
    _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(), _ body: (HTTPClient) async throws -> Void
) async throws {
    let client = try HTTPClient(configuration)
    do {
        try await body(client)
    } catch {
        await client.shutdown()
        throw error
    }
    await client.shutdown()
}

extension HTTPClient {
    /// The failure of a request that is expected to fail.
    func failure(
        _ request: HTTPRequest, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> HTTPFailure {
        do {
            let answer = try await send(request)
            Issue.record("answered with \(answer.status)", sourceLocation: sourceLocation)
            throw ExpectedFailure()
        } catch let failure as HTTPFailure {
            return failure
        }
    }
}

struct ExpectedFailure: Error {}

/// A request with a side effect, told apart by its id.
func post(
    _ url: String, id: String = "a", body: [UInt8] = Array("{}".utf8),
    limits: HTTPRequest.Limits = HTTPRequest.Limits(), gate: (@Sendable () -> Bool)? = nil
) -> HTTPRequest {
    HTTPRequest(
        method: .post, url: url, headers: [("Content-Type", "application/json"), ("X-Id", id)], body: body,
        limits: limits, repeatability: .once, gate: gate)
}

/// Reading, told apart by its id.
func get(_ url: String, id: String = "a", limits: HTTPRequest.Limits = HTTPRequest.Limits()) -> HTTPRequest {
    HTTPRequest(url: url, headers: [("X-Id", id)], limits: limits, repeatability: .safe)
}
