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
    /// `nameless` (the log leaves the target out), `endless` (no end), `slow` (in progress until ``finishSlow()``),
    /// `mute` (no log), `boaster` (reports a success that is none) and `denier` (reports a failure that is none).
    /// Processes are `p1` to `p3`, and `boasting`, which is not ended when it is said to be.
    init() throws {
        let scenario = """
            {"users": [{"name": "\(Self.user)", "password": "\(Self.password)", "roles": ["analyst_l3"]}],
             "console": {"remediation": {"behaviour": {"emptyMs": 20, "pendingMs": 60, "inProgressMs": 120}}},
             "machines": [{"id": "here", "guid": "\(Self.machine)", "name": "WS-1"},
                          {"id": "away", "guid": "\(Self.away)", "name": "LT-2", "online": false}],
             "files": [\(Self.files)],
             "processes": [\(Self.processes)],
             "malops": [{"id": "m", "guid": "\(Self.malop)", "decisionStatuses": ["DDS_FAILED_TO_PREVENT"],
                         "machines": ["here"], "files": [{"file": "f1"}]}],
             "remediation": [
                {"target": "failing", "behaviour": {"outcomes": ["FAILURE"], "errorMessage": "Access denied",
                                                    "errorType": "INVALID_ARGUMENT"}},
                {"target": "stuck", "behaviour": {"outcome": "NEVER"}},
                {"target": "nameless", "behaviour": {"targetInLog": false}},
                {"target": "endless", "behaviour": {"end": "never"}},
                {"target": "slow", "behaviour": {"inProgressMs": \(Self.slowness)}},
                {"target": "mute", "behaviour": {"emptyMs": 3600000}},
                {"target": "boaster", "behaviour": {"effect": "nothing"}},
                {"target": "boasting", "behaviour": {"effect": "nothing"}},
                {"target": "denier", "behaviour": {"outcomes": ["FAILURE"], "effect": "always"}}]}
            """
        simulator = try SimulatorServer(scenario: Scenario(Document(json: Array(scenario.utf8))))
        try simulator.start()
    }

    func stop() async { await simulator.stop() }

    /// The targets by name, with their GUIDs.
    static let targets: [String: String] = {
        let special = ["failing", "stuck", "nameless", "endless", "slow", "mute", "offline", "boaster", "denier"]
        let plain = (1...12).map { "f\($0)" }
        let all = (special + plain + processNames).enumerated().map { index, name in (name, "11.\(200 + index)") }
        return Dictionary(uniqueKeysWithValues: all)
    }()

    private static let processNames = ["p1", "p2", "p3", "boasting"]

    private static var processes: String {
        processNames.map { name in
            #"{"id": "\#(name)", "guid": "\#(targets[name] ?? "")", "machine": "here", "name": "\#(name).exe"}"#
        }.joined(separator: ",")
    }

    private static var files: String {
        targets.filter { !processNames.contains($0.key) }.sorted { $0.key < $1.key }.map { name, guid in
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
    var progressRequests: Int { requests(to: "/rest/remediate/progress/:user/:malop/:remediation") }

    /// How often elements were asked for.
    var queries: Int { requests(to: "/rest/visualsearch/query/simple") }

    private func requests(to route: String) -> Int {
        let rows = simulator.machine.withWorld { $0.counters.document }["routes"]?.items ?? []
        return Int(rows.first { $0["route"]?.text == route }?["count"]?.integer ?? 0)
    }

    /// What is seen of a file, whoever did it.
    func setQuarantined(_ name: String, _ isQuarantined: Bool = true) {
        change(name, "File") { $0.values["fileIsQuarantined"] = .one(isQuarantined) }
    }

    /// Lets the console know a file no more.
    func forget(_ name: String) {
        simulator.machine.withWorld { world in
            guard let id = Self.element(name, "File") else { return }
            world.graph.remove(id)
        }
    }

    /// Cuts the machine that is here off the network, whoever did it.
    func isolate() {
        simulator.machine.withWorld { world in
            world.graph.update(ElementID("Machine", GUID(Self.machine))) { $0.values["isIsolated"] = .one(true) }
        }
    }

    /// Lets a process end by itself.
    func endProcess(_ name: String) {
        simulator.machine.withWorld { world in
            guard let id = Self.element(name, "Process") else { return }
            world.endProcess(id)
        }
    }

    private func change(_ name: String, _ type: String, _ body: (inout Element) -> Void) {
        simulator.machine.withWorld { world in
            guard let id = Self.element(name, type) else { return }
            world.graph.update(id, body)
        }
    }

    private static func element(_ name: String, _ type: String) -> ElementID? {
        targets[name].map { ElementID(type, GUID($0)) }
    }
}
