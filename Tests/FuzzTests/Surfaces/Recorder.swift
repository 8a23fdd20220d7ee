import HTTPServer
import JSON
import Synchronization

@testable import Cybereason
@testable import HTTPClient
@testable import Simulator

/// Answers of the simulated console and its threat intelligence, taken off the simulator itself: what inputs are made of.
final class Recorder: Sendable {
    /// Two machines, a file and a process on the first, and their malops; one of behaviour.
    private static let scenario = #"""
        {"users":[{"name":"riposte","password":"right"}],
        "machines":[{"id":"ws","guid":"-10.1198775089551518743","group":"Workstations","pylumId":"P-WS"},
          {"id":"lt","guid":"20.1198775089551518743","group":"Laptops","online":false,"pylumId":"P-LT"}],
        "files":[{"id":"dropper","guid":"-10.77","machine":"ws","name":"evil.exe","path":"C:\\evil.exe",
          "sha1":"3f8a1c0b77e94d52a6d1c4b8e90f2a7d5c613e18","md5":"9e107d9d372bb6826bd81d3542a419d6"},
          {"id":"far","guid":"20.88","machine":"lt","name":"far.exe"}],
        "processes":[{"id":"run","guid":"-10.55","machine":"ws","name":"evil.exe","file":"dropper",
          "commandLine":"evil /q"}],
        "connections":[{"id":"beacon","machine":"ws","process":"run","remoteAddress":"203.0.113.77",
          "domain":"c2.example"}],
        "malops":[{"id":"m1","guid":"AAAA1kFkoAiE4Tf9","decisionStatuses":["DDS_FAILED_TO_PREVENT","DDS_PREVENTED"],
            "machines":["ws"],"files":[{"file":"dropper"}],"processes":[{"process":"run"}],"connections":["beacon"]},
          {"id":"m2","guid":"11.-2600105145818681902","type":"MalopProcess","machines":["ws"],
            "processes":[{"process":"run"}],"decisionStatuses":["DDS_FAILED_TO_PREVENT"]}]}
        """#

    private let machine: SimulatorMachine
    private let answers = Mutex<[[UInt8]]>([])

    init() throws {
        let scenario = try Scenario(Document(json: Array(Self.scenario.utf8)))
        machine = try SimulatorMachine(scenario: scenario) { Records.now.milliseconds }
    }

    /// Lets a call be answered by the simulator, and gives its answers under `/rest`, heads and bodies in turn.
    static func input(_ call: (ConsoleClient) async throws -> Void) async throws -> FuzzInput {
        let recorder = try Recorder()
        let settings = try ConsoleSettings(
            baseURL: "http://console.example", credentials: Credentials(username: "riposte", password: Secret("right")))
        try await call(
            ConsoleClient(settings, observer: ConsoleObserver(), timing: .system, transport: recorder.transport))
        return FuzzInput(recorder.answers.withLock { $0 })
    }

    /// The same of threat intelligence.
    static func input(intelligence call: (ThreatIntelligenceClient) async throws -> Void) async throws -> FuzzInput {
        let recorder = try Recorder()
        let settings = try ThreatIntelligenceSettings(baseURL: "http://console.example")
        try await call(
            ThreatIntelligenceClient(
                settings, observer: ConsoleObserver(), timing: .system, transport: recorder.transport))
        return FuzzInput(recorder.answers.withLock { $0 })
    }

    private var transport: Exchange.Transport {
        { request throws(HTTPFailure) in
            let target = String(request.url.dropFirst("http://console.example".count))
            let path = String(target.prefix { $0 != "?" })
            var headers = ServerHeaders()
            for header in request.headers { headers.add(header.name, header.value) }
            var incoming = ServerRequest(
                method: request.method.rawValue, path: path, query: [], headers: headers)
            incoming.body = request.body ?? []
            let answer = await self.machine.respond(to: incoming, as: .of(path: path))
            guard case .bytes(let body) = answer.body else { throw HTTPFailure(delivery: .notSent, reason: .other) }
            if path.hasPrefix("/rest/") { self.record(answer, body) }
            let fields = answer.headers.fields.map { ($0.name, $0.value) }
            return HTTPResponse(status: answer.status, headers: HTTPHeaders(fields), body: body)
        }
    }

    private func record(_ answer: ServerResponse, _ body: [UInt8]) {
        let fields = answer.headers.fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        let head = Array("HTTP/1.1 \(answer.status) \r\n\(fields)\r\n".utf8)
        answers.withLock { $0 += [head, body] }
    }
}
