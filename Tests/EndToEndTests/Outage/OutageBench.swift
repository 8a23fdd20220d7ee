import FoundationEssentials
import HTTPClient
import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport

/// The four real executables over an embedded broker, a simulated console and a simulated threat intelligence, each of
/// which a test may take away for a while.
final class OutageBench: Sendable {
    static let names = ["detector", "enricher", "remediator", "tracker"]

    let deployment: Deployment
    let mock: MockCluster
    let console: OutageSimulator
    let intelligence: OutageSimulator
    private let http: HTTPClient
    private let services: [String: (process: OutageProcess, port: Int)]
    private let directory: String

    /// Runs a test and takes everything down after it; the services must have lived through it and end well.
    static func run(_ body: (OutageBench) async throws -> Void) async throws {
        let bench = try await OutageBench()
        do {
            try await body(bench)
        } catch {
            let words = await bench.whatWasSaid()
            await bench.stop()
            throw SandboxFailure(description: "\(error)\n\(words)")
        }
        let endings = await bench.stop()
        guard endings.allSatisfy({ $0.value == .exited(0) }) else {
            throw SandboxFailure(description: "the services ended as \(endings)")
        }
    }

    private init() async throws {
        let fixture = try KafkaTrait.current
        guard let mock = fixture.mock else { throw SandboxFailure(description: "no embedded broker") }
        self.mock = mock
        deployment = try await Deployment()
        http = try HTTPClient()
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("outage-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let files = OutageFiles(directory: directory)
        console = OutageSimulator(scenario: try files.write("console.json", OutageWorld.console))
        intelligence = OutageSimulator(scenario: try files.write("intelligence.json", OutageWorld.intelligence))
        try await console.start()
        try await intelligence.start()
        try await deployment.halt(false)
        let settings = OutageSettings(
            kafka: deployment.environment, console: await console.url, intelligence: await intelligence.url,
            passwordFile: try files.write("password", OutageWorld.password),
            policyFile: try files.write("policy.yaml", OutageWorld.policy))
        var services: [String: (process: OutageProcess, port: Int)] = [:]
        for name in Self.names {
            let process = try await OutageProcess(name, environment: settings.environment(of: name))
            services[name] = (process, try await process.announcement { $0["http.port"]?.asInt64.map { Int($0) } })
        }
        self.services = services
        try await everyoneIsReady()
    }

    @discardableResult
    private func stop() async -> [String: ChildProcess.Status] {
        var endings: [String: ChildProcess.Status] = [:]
        await withTaskGroup { group in
            for (name, service) in services { group.addTask { (name, await service.process.stop()) } }
            for await (name, ending) in group { endings[name] = ending }
        }
        await console.kill()
        await intelligence.kill()
        await http.shutdown()
        try? FileManager.default.removeItem(atPath: directory)
        return endings
    }

    private func whatWasSaid() async -> String {
        var words = ""
        for name in Self.names {
            words += "-- \(name): \((try? await get(name, "/readyz"))?.body ?? "")\n"
            words += (services[name]?.process.log.suffix(15).joined(separator: "\n") ?? "") + "\n"
        }
        return words
    }

    // MARK: - What the services say

    private func get(_ name: String, _ path: String) async throws -> (status: Int, body: String) {
        guard let service = services[name] else { throw SandboxFailure(description: "no service \(name)") }
        if let ending = service.process.ending {
            throw SandboxFailure(description: "\(name) has ended, \(ending): \(service.process.log.suffix(5))")
        }
        let answer = try await http.send(
            HTTPRequest(url: "http://127.0.0.1:\(service.port)\(path)", limits: Self.limits, repeatability: .safe))
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    private static let limits = HTTPRequest.Limits(
        connect: .seconds(10), firstByte: .seconds(20), total: .seconds(20), maxHeaderBytes: 65_536,
        maxBodyBytes: 8 << 20)

    func isReady(_ name: String) async throws -> Bool { try await get(name, "/readyz").status == 200 }

    func everyoneIsReady() async throws {
        for name in Self.names {
            try await eventually("\(name) is ready", within: .seconds(60)) { try await isReady(name) }
        }
    }

    /// Waits until a service says on `/readyz` and in its metrics that it does without something, and why.
    func misses(_ name: String, _ dependency: String) async throws {
        try await eventually("\(name) says that \(dependency) is away", within: .seconds(60)) {
            let (status, body) = try await get(name, "/readyz")
            let reason = try withJSON(Array(body.utf8)) { (root) throws(JSONError) in
                root["conditions"]?.elements.first { $0["name"]?.asString == dependency }?["reason"]?.asString
            }
            guard status == 503, reason?.isEmpty == false else { return false }
            return try await get(name, "/metrics").body.contains(
                #"riposte_dependency_up{dependency="\#(dependency)"} 0"#)
        }
    }

    /// How often a service has missed it.
    func outages(_ name: String, _ dependency: String) async throws -> String? {
        let prefix = #"riposte_dependency_outages_total{dependency="\#(dependency)"} "#
        let line = try await get(name, "/metrics").body.split(separator: "\n").first { $0.hasPrefix(prefix) }
        return line.map { String($0.dropFirst(prefix.count)) }
    }

    // MARK: - What comes of it

    /// Publishes a request as an outsider does; while Kafka is away this waits.
    func request(_ number: Int) async throws {
        try await deployment.send(
            raw: Array(OutageWorld.request(number).utf8), key: "r\(number)", to: Topics.requests)
    }

    /// The newest result of each request.
    func results() async throws -> [String: RemediationResult] {
        var newest: [String: RemediationResult] = [:]
        for result in try await deployment.events(of: Topics.results)
        where result.version >= newest[result.requestId]?.version ?? 0 {
            newest[result.requestId] = result
        }
        return newest
    }

    /// Waits until a request's result is so.
    func result(_ id: String, _ what: String, _ condition: (RemediationResult) -> Bool) async throws {
        var last: RemediationResult?
        do {
            try await eventually("\(id) \(what)", within: .seconds(60)) {
                last = try await results()[id]
                return last.map(condition) ?? false
            }
        } catch {
            throw SandboxFailure(description: "\(error); its result: \(last.map { "\($0)" } ?? "none")")
        }
    }

    /// Waits until so many requests have succeeded, and no other has another end.
    func succeed(_ count: Int) async throws {
        var states: [String: RequestState] = [:]
        do {
            try await eventually("\(count) requests have succeeded", within: .seconds(90)) {
                states = try await results().mapValues(\.state)
                return states.count >= count && states.values.allSatisfy(\.isEnd)
            }
        } catch {
            throw SandboxFailure(description: "\(error): \(states)")
        }
        guard states.count == count, states.values.allSatisfy({ $0 == .succeeded }) else {
            throw SandboxFailure(description: "\(states)")
        }
    }

    /// What the console was asked to do, each action with how often.
    func journal() async throws -> [String: Int] {
        let answer = try await http.send(
            HTTPRequest(url: "\(await console.url)/_simulator/journal", limits: Self.limits, repeatability: .safe))
        let targets = try withJSON(answer.body) { (root) throws(JSONError) in
            (root["entries"]?.elements).map { entries in
                entries.flatMap { entry in (entry["actions"]?.elements).map { Array($0) } ?? [] }
                    .compactMap { $0["targetId"]?.asString }
            } ?? []
        }
        return Dictionary(targets.map { ($0, 1) }, uniquingKeysWith: +)
    }

    func deadLetters() async throws -> [DeadLetter] { try await deployment.events(of: Topics.deadLetters) }

    /// Lets every request to the console fail; nil lets none.
    func fault(_ kind: String?) async throws {
        let rules = kind.map { #"{"server": "console", "fault": {"kind": "\#($0)"}}"# } ?? ""
        try await steer(.put, "/_simulator/faults", #"{"rules": [\#(rules)]}"#)
    }

    /// Lets a malop appear on the console now.
    func appear(_ malop: Int) async throws {
        try await steer(.post, "/_simulator/scenario", OutageWorld.malop(malop))
    }

    private func steer(_ method: HTTPRequest.Method, _ path: String, _ body: String) async throws {
        let answer = try await http.send(
            HTTPRequest(
                method: method, url: "\(await console.url)\(path)",
                headers: [(name: "Content-Type", value: "application/json")], body: Array(body.utf8),
                limits: Self.limits))
        guard answer.status == 200 else {
            throw SandboxFailure(description: "\(path): \(String(decoding: answer.body, as: UTF8.self))")
        }
    }
}

/// The files of a bench.
private struct OutageFiles {
    let directory: String

    func write(_ name: String, _ text: String) throws -> String {
        let path = "\(directory)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }
}
