import HTTPClient
import JSON

@testable import Cybereason
@testable import Simulator

/// A simulator, and clients of its console and its threat intelligence.
struct Simulated: Sendable {
    let server: SimulatorServer
    let console: ConsoleClient
    let intelligence: ThreatIntelligenceClient

    /// What the console accepted, as `kind target type`.
    var journal: [String] {
        server.machine.withWorld { world in
            world.journal.entries.flatMap { entry in
                entry.actions.map { "\(entry.kind.rawValue) \($0.target ?? $0.machine ?? "") \($0.type)" }
            }
        }
    }

    /// Lets something go wrong from now on: a list of the simulator's fault rules.
    func strike(_ rules: String) throws {
        let rules = try FaultRule.rules(Document(json: Array(#"{"rules":[\#(rules)]}"#.utf8)))
        server.machine.withWorld { $0.faults.replace(rules, now: $0.now) }
    }

    /// Moves the simulated time.
    func advance(_ seconds: Int64) { server.machine.advance(milliseconds: seconds * 1000) }
}

/// Runs a test against the simulator over real HTTP, and stops it.
///
/// - Parameters:
///   - scenario: members of a scenario besides the users.
///   - password: what the client logs in with.
func withSimulator(
    _ scenario: String, user: String = "riposte", password: String = "right",
    change: (inout ConsoleSettings) -> Void = { _ in }, _ test: (Simulated) async throws -> Void
) async throws {
    let users = #"""
        "users":[{"name":"riposte","password":"right"},{"name":"viewer","password":"right","roles":["analyst_l1"]},
          {"name":"careful","password":"right","secondFactor":"123456"},
          {"name":"late","password":"right","passwordExpired":true}]
        """#
    let document = try Document(json: Array("{\(users),\(scenario)}".utf8))
    let server = try SimulatorServer(scenario: Scenario(document))
    try server.start()
    let http = try HTTPClient(HTTPClientConfiguration())
    var settings = try ConsoleSettings(
        baseURL: server.consoleURL, credentials: Credentials(username: user, password: Secret(password)))
    settings.resilience.backoff = Backoff(base: .milliseconds(1), cap: .milliseconds(5))
    change(&settings)
    var intelligence = try ThreatIntelligenceSettings(baseURL: server.threatIntelligenceURL)
    intelligence.resilience.backoff = settings.resilience.backoff
    let simulated = Simulated(
        server: server, console: ConsoleClient(settings, http: http),
        intelligence: ThreatIntelligenceClient(intelligence, http: http))
    let result: Result<Void, any Error>
    do {
        result = .success(try await test(simulated))
    } catch {
        result = .failure(error)
    }
    await http.shutdown()
    await server.stop()
    try result.get()
}

/// Two machines, a file and a process on the first, and their malops.
let smallWorld = #"""
    "machines":[{"id":"ws","guid":"-10.1198775089551518743","group":"Workstations","pylumId":"P-WS"},
      {"id":"lt","guid":"20.1198775089551518743","group":"Laptops","online":false,"pylumId":"P-LT"}],
    "files":[{"id":"dropper","guid":"-10.77","machine":"ws","name":"evil.exe","path":"C:\\evil.exe",
      "sha1":"3f8a1c0b77e94d52a6d1c4b8e90f2a7d5c613e18","md5":"9e107d9d372bb6826bd81d3542a419d6"},
      {"id":"far","guid":"20.88","machine":"lt","name":"far.exe"}],
    "processes":[{"id":"run","guid":"-10.55","machine":"ws","name":"evil.exe","file":"dropper","commandLine":"evil /q"}],
    "connections":[{"id":"beacon","machine":"ws","process":"run","remoteAddress":"203.0.113.77","domain":"c2.example"}],
    "malops":[{"id":"m1","guid":"AAAA1kFkoAiE4Tf9","decisionStatuses":["DDS_FAILED_TO_PREVENT","DDS_PREVENTED"],
        "machines":["ws"],"files":[{"file":"dropper"}],"processes":[{"process":"run"}],"connections":["beacon"]},
      {"id":"m2","guid":"11.-2600105145818681902","type":"MalopProcess","machines":["ws"],
        "processes":[{"process":"run"}],"decisionStatuses":[]}]
    """#
