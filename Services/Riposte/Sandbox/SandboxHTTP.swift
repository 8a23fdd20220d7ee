internal import HTTPClient
internal import JSON

/// What the sandbox asks its children over HTTP.
struct SandboxHTTP: Sendable {
    private let client: HTTPClient
    private static let limits = HTTPRequest.Limits(
        connect: .seconds(5), firstByte: .seconds(10), total: .seconds(15), maxHeaderBytes: 65_536,
        maxBodyBytes: 8 << 20)

    init() throws { client = try HTTPClient() }

    func close() async { await client.shutdown() }

    /// Waits until a service says that it is ready. It gives no sign of that to its parent, so it is asked again and again.
    func ready(port: Int, while isAlive: () -> Bool) async throws {
        while true {
            try Task.checkCancellation()
            guard isAlive() else { throw SandboxError("the service on port \(port) ended before it was ready") }
            let answer = try? await client.send(
                HTTPRequest(url: "http://127.0.0.1:\(port)/readyz", limits: Self.limits, repeatability: .safe))
            if answer?.status == 200 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Gives the simulator something to add to its world.
    func add(_ contents: [UInt8], toSimulator url: String) async throws {
        let answer = try await client.send(
            HTTPRequest(
                method: .post, url: "\(url)/_simulator/scenario",
                headers: [(name: "Content-Type", value: "application/json")], body: contents, limits: Self.limits))
        guard answer.status == 200 else {
            throw SandboxError("the simulator refuses the scenario: \(String(decoding: answer.body, as: UTF8.self))")
        }
    }

    /// What the console was asked to do.
    func journal(ofSimulator url: String) async throws -> [Post] {
        let answer = try await client.send(
            HTTPRequest(url: "\(url)/_simulator/journal", limits: Self.limits, repeatability: .safe))
        guard answer.status == 200 else { throw SandboxError("the simulator has no journal: HTTP \(answer.status)") }
        return try Post.journal(answer.body)
    }
}
