import HTTPServer
import JSON
import Synchronization
import Testing

@testable import Simulator

/// A running simulator whose time stands still unless a test moves it.
struct Bench: Sendable {
    static let start: Int64 = 1_795_000_000_000
    static let user = "admin@myserver.com"

    let simulator: SimulatorServer
    let console: RawClient
    let intelligence: RawClient

    /// Runs `body` against a simulator with this scenario; the users of ``Bench/users`` may log in.
    static func run(
        _ scenario: String = "{}", twoPorts: Bool = false, _ body: (Bench) async throws -> Void
    ) async throws {
        var document = try Document(json: Array(scenario.utf8))
        if document["users"] == nil { document["users"] = users }
        var ports = SimulatorServer.Ports()
        if twoPorts { ports.threatIntelligence = 0 }
        let simulator = try SimulatorServer(scenario: Scenario(document), ports: ports, realTime: { start })
        try simulator.start()
        let bench = Bench(
            simulator: simulator, console: RawClient(port: simulator.consolePort),
            intelligence: RawClient(port: simulator.threatIntelligencePort))
        do {
            try await body(bench)
        } catch {
            await simulator.stop()
            throw error
        }
        await simulator.stop()
    }

    static let users: Document = [
        ["name": "admin@myserver.com", "password": "mypassword", "roles": ["analyst_l3"]],
        ["name": "reader@myserver.com", "password": "p+w &d", "roles": ["analyst_l1"]],
        ["name": "manager@myserver.com", "password": "x", "roles": ["executive"]],
        ["name": "careful@myserver.com", "password": "x", "secondFactor": "123456"],
        ["name": "late@myserver.com", "password": "old", "passwordExpired": true],
    ]

    /// Moves the simulated time.
    func wait(ms: Int64) { simulator.machine.advance(milliseconds: ms) }

    func form(_ path: String, _ fields: String, cookie: String? = nil) async -> RawResponse {
        var headers = ["Content-Type": "application/x-www-form-urlencoded"]
        if let cookie { headers["Cookie"] = "JSESSIONID=\(cookie)" }
        return await console.send("POST", path, headers: headers, body: fields)
    }

    /// Logs in and returns the id of the session.
    func login(_ fields: String = "username=admin%40myserver.com&password=mypassword") async throws -> String {
        let answer = await form("/login.html", fields)
        #expect(answer.header("Location") == "/#/current?")
        return try #require(answer.sessionID)
    }

    func get(_ path: String, _ session: String) async -> RawResponse {
        await console.send("GET", path, headers: ["Cookie": "JSESSIONID=\(session)"])
    }

    func post(
        _ path: String, _ body: String, _ session: String, headers: [String: String] = [:]
    ) async -> RawResponse {
        var headers = headers
        headers["Content-Type"] = "application/json"
        headers["Cookie"] = "theme=dark; JSESSIONID=\(session)"
        return await console.send("POST", path, headers: headers, body: body)
    }

    func post(_ path: String, _ body: Document, _ session: String) async -> RawResponse {
        await post(path, String(decoding: body.json, as: UTF8.self), session)
    }

    func admin(_ method: String, _ path: String, _ body: Document? = nil) async -> RawResponse {
        await console.send(
            method, "/_simulator/" + path, body: body.map { String(decoding: $0.json, as: UTF8.self) })
    }

    /// Sets one fault rule.
    func fault(_ rule: Document) async {
        let answer = await admin("PUT", "faults", ["rules": [rule]])
        #expect(answer.status == 200, "\(answer.text)")
    }

    func search(_ query: Document, _ session: String, path: String = "/rest/visualsearch/query/simple") async throws
        -> Document
    {
        let answer = await post(path, query, session)
        #expect(answer.status == 200, "\(answer.text)")
        return try answer.json()
    }
}

/// A search for elements of one type.
func query(_ type: String, filters: Document = [], fields: Document = [], more: Document = [:]) -> Document {
    var step: Document = ["requestedType": .string(type), "filters": filters, "isResult": true]
    for member in more["step"]?.members ?? [] { step[member.key] = member.value }
    var query: Document = [
        "queryPath": [step], "totalResultLimit": 10_000, "perGroupLimit": 100, "perFeatureLimit": 100,
        "templateContext": "SPECIFIC", "queryTimeout": 120_000, "customFields": fields,
    ]
    for member in more["query"]?.members ?? [] { query[member.key] = member.value }
    return query
}

extension Document {
    /// The rows of a search's answer, by id.
    var rows: [String: Document] {
        var rows: [String: Document] = [:]
        for member in self["data"]?["resultIdToElementDataMap"]?.members ?? [] { rows[member.key] = member.value }
        return rows
    }

    /// The statuses of a remediation's log, in order.
    var statuses: [String] { (self["statusLog"]?.items ?? []).compactMap { $0["status"]?.text } }

    /// The first value of a simple feature of a row.
    func value(_ feature: String) -> String? {
        self["simpleValues"]?[feature]?["values"]?.items?.first?.text
    }

    /// The first element that a row links to.
    func linked(_ feature: String) -> Document? {
        self["elementValues"]?[feature]?["elementValues"]?.items?.first
    }
}
