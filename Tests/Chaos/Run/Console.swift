import HTTPClient
import JSON

/// What a run asks of the simulator and of the services over HTTP.
struct Console: Sendable {
    private let client: HTTPClient
    private static let limits = HTTPRequest.Limits(
        connect: .seconds(2), firstByte: .seconds(5), total: .seconds(30), maxHeaderBytes: 65_536,
        maxBodyBytes: 64 << 20)

    init() throws { client = try HTTPClient() }

    func close() async { await client.shutdown() }

    /// Whether a service says that it is ready.
    func isReady(port: Int) async -> Bool {
        let limits = HTTPRequest.Limits(
            connect: .seconds(1), firstByte: .seconds(1), total: .seconds(1), maxHeaderBytes: 65_536,
            maxBodyBytes: 1 << 20)
        let answer = try? await client.send(
            HTTPRequest(url: "http://127.0.0.1:\(port)/readyz", limits: limits, repeatability: .safe))
        return answer?.status == 200
    }

    /// Gives the simulator more to its world.
    func add(_ contents: [UInt8], to simulator: String) async throws {
        try await send(.post, "\(simulator)/_simulator/scenario", contents)
    }

    /// Replaces all faults.
    func setFaults(_ rules: [UInt8], of simulator: String) async throws {
        try await send(.put, "\(simulator)/_simulator/faults", rules)
    }

    /// How often each fault has struck, by its name; the names of those that struck one path only are put together.
    func faults(of simulator: String) async throws -> [(name: String, struck: Int)] {
        let body = try await send(.get, "\(simulator)/_simulator/faults", nil)
        let rules = try withJSON(body) { (root) throws(JSONError) in
            try root.object().array("rules") { (rule) throws(JSONError) in
                (name: rule["name"]?.asString ?? "", struck: Int(rule["struck"]?.asInt64 ?? 0))
            }
        }
        var sums: [String: Int] = [:]
        for rule in rules {
            let parts = rule.name.split(separator: ": ", maxSplits: 1).map(String.init)
            let place = parts[0] == "/rest/remediate" ? "POST" : "other"
            sums["\(place) \(parts.last ?? "")", default: 0] += rule.struck
        }
        return sums.sorted { $0.key < $1.key }.map { (name: $0.key, struck: $0.value) }
    }

    /// What the console was asked to do and took on: the remediation's id, its malop, and its actions as one text.
    func journal(of simulator: String) async throws -> [JournalEntry] {
        let body = try await send(.get, "\(simulator)/_simulator/journal", nil)
        var limits = JSONLimits.platform
        limits.maxBytes = 64 << 20
        return try withJSON(body, limits: limits) { (root) throws(JSONError) in
            try root.object().array("entries") { (entry) throws(JSONError) in
                JournalEntry(
                    kind: entry["kind"]?.asString ?? "", remediation: entry["remediationId"]?.asString ?? "",
                    malop: entry["malopId"]?.asString,
                    actions: (entry["actions"]?.elements).map { actions in
                        Set(
                            actions.map { action in
                                [
                                    action["machineId"]?.asString ?? "", action["targetId"]?.asString ?? "",
                                    action["actionType"]?.asString ?? "",
                                ].joined(separator: " ")
                            })
                    } ?? [])
            }
        }
    }

    @discardableResult
    private func send(_ method: HTTPRequest.Method, _ url: String, _ body: [UInt8]?) async throws -> [UInt8] {
        let headers = body.map { _ in [(name: "Content-Type", value: "application/json")] } ?? []
        let answer = try await client.send(
            HTTPRequest(method: method, url: url, headers: headers, body: body, limits: Self.limits))
        guard answer.status == 200 else {
            throw ChaosError("\(url) answers \(answer.status): \(String(decoding: answer.body, as: UTF8.self))")
        }
        return answer.body
    }
}

/// One accepted order of the console's journal.
struct JournalEntry: Sendable {
    let kind: String
    let remediation: String
    let malop: String?
    let actions: Set<String>
}
