import FoundationEssentials
import JSON

/// How the simulator is started: by flags or, in a container, by the environment. A flag wins.
struct SimulatorOptions: Sendable {
    struct Wrong: Error, Equatable {
        let note: String
    }

    static let usage = """
        simulator --port P [--threat-intelligence-port Q] [--address A] --scenario FILE
        simulator healthcheck

        A Cybereason console and a threat-intelligence server for trying and testing.

          --port P                        where the console listens; 0: any       SIMULATOR_PORT
          --threat-intelligence-port Q    a port of its own for threat            SIMULATOR_THREAT_INTELLIGENCE_PORT
                                          intelligence (default: the console's)
          --address A                     default 127.0.0.1                       SIMULATOR_ADDRESS
          --scenario FILE                 what there is to see and to do          SIMULATOR_SCENARIO
          healthcheck                     0 if the simulator on SIMULATOR_PORT of this machine lives, else 1

        """

    var ports = SimulatorServer.Ports()
    var scenario = ""
    var wantsHelp = false
    var checksHealth = false

    init(arguments: [String], environment: [String: String]) throws(Wrong) {
        var values: [String: String] = [:]
        for name in SimulatorOptions.names {
            let key = "SIMULATOR_" + name.uppercased().replacing("-", with: "_")
            values[name] = environment[key]
        }
        if arguments == ["healthcheck"] {
            checksHealth = true
            ports.console = values["port"].flatMap { UInt16($0) } ?? 0
            return
        }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" {
                wantsHelp = true
                return
            }
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let name = String(parts[0].dropFirst(2))
            guard argument.hasPrefix("--"), SimulatorOptions.names.contains(name) else {
                throw Wrong(note: "\(argument) is not known")
            }
            guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                throw Wrong(note: "\(argument) needs a value")
            }
            values[name] = value
        }
        try take(values)
    }

    private static let names: Set<String> = ["port", "threat-intelligence-port", "address", "scenario"]

    private mutating func take(_ values: [String: String]) throws(Wrong) {
        guard let scenario = values["scenario"], !scenario.isEmpty else { throw Wrong(note: "--scenario is needed") }
        guard let port = values["port"].flatMap({ UInt16($0) }) else {
            throw Wrong(note: "--port is needed: 0 to 65535")
        }
        self.scenario = scenario
        ports.console = port
        ports.address = values["address"] ?? ports.address
        guard let text = values["threat-intelligence-port"], !text.isEmpty else { return }
        guard let second = UInt16(text) else { throw Wrong(note: "--threat-intelligence-port: 0 to 65535") }
        ports.threatIntelligence = second
    }
}

extension Scenario {
    /// Reads a scenario file.
    static func read(file: String) throws -> Scenario {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ScenarioError(path: file, note: "cannot be read")
        }
        return try Scenario(Document(json: Array(data)))
    }
}
