import HTTPServer
import JSON
import Synchronization

/// A console and a threat-intelligence server, on one port or on two, that share one ``World``.
///
/// ```swift
/// let simulator = try SimulatorServer(scenario: .read(file: "Services/Simulator/Scenarios/demo.json"))
/// try simulator.start()
/// // … requests to simulator.consoleURL and simulator.threatIntelligenceURL …
/// await simulator.stop()
/// ```
final class SimulatorServer: Sendable {
    /// Where to listen. Ports of 0 are chosen by the system.
    struct Ports: Sendable {
        var address = "127.0.0.1"
        var console: UInt16 = 0
        /// `nil`: the console's port answers for both.
        var threatIntelligence: UInt16?
    }

    private struct Bound: Sendable {
        var console: UInt16 = 0
        var threatIntelligence: UInt16 = 0
    }

    let machine: SimulatorMachine
    private let ports: Ports
    private let servers: [HTTPServer]
    private let bound = Mutex(Bound())

    /// - Parameter realTime: milliseconds since 1970; the simulated time runs with it.
    /// - Throws: ``ScenarioError`` if the scenario contradicts itself.
    init(
        scenario: Scenario, ports: Ports = Ports(),
        realTime: @escaping @Sendable () -> Int64 = { Timestamp.now().milliseconds }
    ) throws(ScenarioError) {
        let machine = try SimulatorMachine(scenario: scenario, realTime: realTime)
        self.machine = machine
        self.ports = ports
        var configuration = HTTPServerConfiguration(address: ports.address, port: ports.console)
        configuration.maxBodyBytes = 8 << 20
        let isShared = ports.threatIntelligence == nil
        var servers = [
            HTTPServer(configuration) { request in
                await machine.respond(to: request, as: isShared ? .of(path: request.path) : .console)
            }
        ]
        if let port = ports.threatIntelligence {
            configuration.port = port
            servers.append(HTTPServer(configuration) { await machine.respond(to: $0, as: .threatIntelligence) })
        }
        self.servers = servers
    }

    /// A simulator for a scenario's JSON text.
    convenience init(json: String, ports: Ports = Ports()) throws {
        try self.init(scenario: Scenario(Document(json: Array(json.utf8))), ports: ports)
    }

    /// Listens on both ports.
    func start() throws(HTTPServerError) {
        var started: [UInt16] = []
        for server in servers { started.append(try server.start()) }
        let first = started[0]
        let last = started[started.count - 1]
        bound.withLock { $0 = Bound(console: first, threatIntelligence: last) }
    }

    func stop(grace: Duration = .seconds(2)) async {
        for server in servers { await server.stop(grace: grace) }
    }

    /// `http://127.0.0.1:8443`, without a slash at the end.
    var consoleURL: String { "http://\(ports.address):\(consolePort)" }
    var threatIntelligenceURL: String { "http://\(ports.address):\(threatIntelligencePort)" }
    var consolePort: UInt16 { bound.withLock(\.console) }
    var threatIntelligencePort: UInt16 { bound.withLock(\.threatIntelligence) }
}
