import HTTPClient
import Testing

@Suite("Answers that are not whole", .timeLimit(.minutes(1)))
struct AnsweredTests {
    @Test(
        "The head or the body is cut: the status is known, the answer is not",
        arguments: ["half-head", "line-end-head", "half-body", "half-chunk"])
    func truncated(path: String) async throws {
        try await withServer { client, server in
            for request in [post(server.url("/\(path)")), get(server.url("/\(path)"), id: "b")] {
                let failure = try await client.failure(request)
                #expect(failure.delivery == .answered(status: 200))
                #expect(failure.reason == .truncated)
            }
        }
    }

    @Test("A side effect's answer whose end cannot be told is refused")
    func bodyUntilClose() async throws {
        try await withServer { client, server in
            let failure = try await client.failure(post(server.url("/until-close")))
            #expect(failure.delivery == .answered(status: 200))
            #expect(failure.reason == .truncated)
        }
    }

    @Test("Too large a head, line, body or unpacked body", arguments: ["headers", "line", "body", "bomb"])
    func tooLarge(path: String) async throws {
        try await withServer { client, server in
            let limits = HTTPRequest.Limits(maxBodyBytes: 500_000)
            let failure = try await client.failure(get(server.url("/raw/\(path)"), limits: limits))
            #expect(failure.delivery == .answered(status: 200))
            #expect(failure.reason == .tooLarge)
        }
    }

    @Test("A body of exactly the limit is taken")
    func atTheLimit() async throws {
        try await withServer { client, server in
            let limits = HTTPRequest.Limits(maxBodyBytes: 1_000_000)
            let count = try await client.send(get(server.url("/raw/body"), limits: limits)).body.count
            #expect(count == 1_000_000)
        }
    }

    @Test("A body that stands still ends at the total limit, not at the first-byte limit")
    func stalledBody() async throws {
        try await withServer { client, server in
            let limits = HTTPRequest.Limits(firstByte: .seconds(1), total: .seconds(2))
            let failure = try await client.failure(post(server.url("/stall-body"), limits: limits))
            #expect(failure.delivery == .answered(status: 200))
            #expect(failure.reason == .timeout(.total))
        }
    }

    @Test("A body that cannot be unpacked")
    func badCompression() async throws {
        try await withServer { client, server in
            let failure = try await client.failure(get(server.url("/bad-gzip")))
            #expect(failure.delivery == .answered(status: 200))
            #expect(failure.reason == .malformed)
        }
    }
}
