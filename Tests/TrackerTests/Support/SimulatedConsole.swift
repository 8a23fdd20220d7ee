internal import HTTPServer
internal import JSON

@testable import Simulator

/// The simulator in this process, with the machines and targets that the tests of the whole tracker need.
struct SimulatedConsole: Sendable {
    static let user = "riposte@example.com"
    static let password = "secret"

    static let machine = "11.100"
    static let away = "12.100"
    static let malop = "11.2718161727221199870"

    private let simulator: SimulatorServer
    var url: String { simulator.consoleURL }

    /// Starts one. Actions take a fifth of a second unless the target's name says otherwise: `failing`, `stuck`,
    /// `nameless` (the log leaves the target out), `endless` (no end), `slow` (in progress until ``finishSlow()``) and
    /// `mute` (no log).
    init() throws {
        let scenario = """
            {"users": [{"name": "\(Self.user)", "password": "\(Self.password)", "roles": ["analyst_l3"]}],
             "console": {"remediation": {"behaviour": {"emptyMs": 20, "pendingMs": 60, "inProgressMs": 120}}},
             "machines": [{"id": "here", "guid": "\(Self.machine)", "name": "WS-1"},
                          {"id": "away", "guid": "\(Self.away)", "name": "LT-2", "online": false}],
             "files": [\(Self.files)],
             "malops": [{"id": "m", "guid": "\(Self.malop)", "decisionStatuses": ["DDS_FAILED_TO_PREVENT"],
                         "machines": ["here"], "files": [{"file": "f1"}]}],
             "remediation": [
                {"target": "failing", "behaviour": {"outcomes": ["FAILURE"], "errorMessage": "Access denied",
                                                    "errorType": "INVALID_ARGUMENT"}},
                {"target": "stuck", "behaviour": {"outcome": "NEVER"}},
                {"target": "nameless", "behaviour": {"targetInLog": false}},
                {"target": "endless", "behaviour": {"end": "never"}},
                {"target": "slow", "behaviour": {"inProgressMs": \(Self.slowness)}},
                {"target": "mute", "behaviour": {"emptyMs": 3600000}}]}
            """
        simulator = try SimulatorServer(scenario: Scenario(Document(json: Array(scenario.utf8))))
        try simulator.start()
    }

    func stop() async { await simulator.stop() }

    /// The targets by name, with their GUIDs.
    static let targets: [String: String] = {
        let special = ["failing", "stuck", "nameless", "endless", "slow", "mute", "offline"]
        let plain = (1...12).map { "f\($0)" }
        let all = (special + plain).enumerated().map { index, name in (name, "11.\(200 + index)") }
        return Dictionary(uniqueKeysWithValues: all)
    }()

    private static var files: String {
        targets.sorted { $0.key < $1.key }.map { name, guid in
            let place = name == "offline" ? "away" : "here"
            return #"{"id": "\#(name)", "guid": "\#(guid)", "machine": "\#(place)", "name": "\#(name).exe"}"#
        }.joined(separator: ",")
    }

    // MARK: - What goes wrong, and what happened

    /// Lets requests of a path fail: `kind` and its members as in the simulator's faults.
    func fail(_ path: String, _ fault: String, count: Int? = nil) throws {
        let limit = count.map { #""count": \#($0),"# } ?? ""
        let rules = #"{"rules": [{"path": "\#(path)", \#(limit) "fault": \#(fault)}]}"#
        let parsed = try FaultRule.rules(try Document(json: Array(rules.utf8)))
        simulator.machine.withWorld { $0.faults.replace(parsed, now: $0.now) }
    }

    func mend() { simulator.machine.withWorld { $0.faults.replace([], now: $0.now) } }

    /// Longer than any test waits, so that only ``finishSlow()`` ends what is slow.
    private static let slowness: Int64 = 600_000

    /// Lets what is slow come to its end: moves the console's clock.
    func finishSlow() { simulator.machine.advance(milliseconds: Self.slowness) }

    /// Logs everyone out.
    func endSessions() { simulator.machine.withWorld { $0.sessions.endAll() } }

    /// How many requests with an effect were accepted, of one kind: `remediate`, `abort`.
    func accepted(_ kind: String) -> Int {
        simulator.machine.withWorld { world in world.journal.entries.count { $0.kind.rawValue == kind } }
    }

    /// How often someone has sent a login form.
    var logins: Int {
        let rows = simulator.machine.withWorld { $0.counters.document }["routes"]?.items ?? []
        let row = rows.first { $0["route"]?.text == "/login.html" && $0["method"]?.text == "POST" }
        return Int(row?["count"]?.integer ?? 0)
    }

    /// How often progress was asked for.
    var progressRequests: Int {
        let rows = simulator.machine.withWorld { $0.counters.document }["routes"]?.items ?? []
        let row = rows.first { $0["route"]?.text == "/rest/remediate/progress/:user/:malop/:remediation" }
        return Int(row?["count"]?.integer ?? 0)
    }
}
