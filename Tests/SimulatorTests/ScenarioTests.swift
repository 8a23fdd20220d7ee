import Testing

@testable import Simulator

@Suite("scenarios")
struct ScenarioTests {
    static func scenario(_ text: String) throws -> Scenario {
        try Scenario(Document(json: Array(text.utf8)))
    }

    @Test(
        "a mistake is named with its path, and nothing is taken for granted",
        arguments: [
            (#"{"usrs": []}"#, "usrs"), (#"{"users": [{"name": "a"}]}"#, "users[0].password"),
            (#"{"console": {"query": {"envelope": "old"}}}"#, "console.query.envelope"),
            (
                #"{"console": {"query": {"totalResultLimitCap": {"File": 0}}}}"#,
                "console.query.totalResultLimitCap.File"
            ),
            (#"{"files": [{"id": "f"}]}"#, "files[0].machine"), (#"{"machines": [{"name": "m"}]}"#, "machines[0].id"),
            (#"{"machines": [{"id": "m", "online": "yes"}]}"#, "machines[0].online"),
            (#"{"remediation": [{"target": "x", "behaviour": {"outcom": "y"}}]}"#, "remediation[0].behaviour.outcom"),
            (#"{"events": [{"afterMs": 5}]}"#, "events[0].machine"),
            (#"{"reputations": [{"type": "malware"}]}"#, "reputations[0].keys"),
            (#"{"malops": {}}"#, "malops"), (#"{"seed": 1.5e300}"#, "seed"),
            (#"{"faults": [{"fault": {}}]}"#, "faults[0].fault.kind"),
        ])
    func mistakes(text: String, path: String) throws {
        let error = #expect(throws: ScenarioError.self) { try Self.scenario(text) }
        #expect(error?.path == path)
    }

    @Test(
        "a reference that leads nowhere is named",
        arguments: [
            (#"{"files": [{"id": "f", "machine": "gone"}]}"#, "gone"),
            (#"{"malops": [{"id": "m", "files": [{"file": "gone"}]}]}"#, "gone"),
            (#"{"events": [{"processEnds": "gone"}]}"#, "gone"),
        ])
    func references(text: String, name: String) throws {
        let scenario = try Self.scenario(text)
        let error = #expect(throws: ScenarioError.self) { try World(scenario, now: 0) }
        #expect(error?.note.contains(name) == true)
    }

    @Test("comments are allowed everywhere, and elements may be referred to by id")
    func comments() throws {
        let scenario = try Self.scenario(
            """
            {"comment": "x", "machines": [{"id": "m", "guid": "7.1198775089551518743", "comment": "y"}],
             "files": [{"id": "f", "machine": "7.1198775089551518743"}]}
            """)
        let world = try World(scenario, now: 0)
        #expect(world.graph.all("File").first?.link("ownerMachine")?.guid == GUID("7.1198775089551518743"))
    }

    @Test("a seed makes a run repeatable, without one ids differ")
    func seed() throws {
        func id(_ text: String) throws -> String {
            var world = try World(Self.scenario(text), now: 0)
            return world.newSessionID()
        }
        #expect(try id(#"{"seed": 7}"#) == id(#"{"seed": 7}"#))
        #expect(try id("{}") != id("{}"))
    }

    @Test("the demo's world hangs together, and holds what the demo shows")
    func demo() throws {
        let scenario = try Scenario.read(file: "Services/Simulator/Scenarios/demo.json")
        var world = try World(scenario, now: Bench.start)
        #expect(world.malops.map(\.displayName) == ["inv_2291.exe"])
        world.advance(to: Bench.start + 60_000)
        #expect(world.malops.count == 5)
        for type in ["File", "Process"] {
            for element in world.graph.all(type) {
                #expect(element.guid.firstPart == world.graph.machine(of: element)?.guid.firstPart, "\(element.name)")
            }
        }
        for machine in world.graph.all("Machine") {
            #expect(machine.guid.text(.decimal).hasSuffix(".\(GUID.machineSuffix)"))
            #expect(machine.isTrue("isActiveProbeConnected"), "all are back in the end")
        }
        #expect(scenario.users.contains { $0.mayRemediate })
        #expect(scenario.contents.reputations.contains { $0.type == "indifferent" })
    }

    @Test("a file that isn't there or is no JSON says so")
    func files() {
        #expect(throws: ScenarioError(path: "/nowhere.json", note: "cannot be read")) {
            try Scenario.read(file: "/nowhere.json")
        }
    }
}

@Suite("how the simulator is started")
struct SimulatorOptionsTests {
    static func options(_ arguments: [String], _ environment: [String: String] = [:]) throws -> SimulatorOptions {
        try SimulatorOptions(arguments: arguments, environment: environment)
    }

    @Test("flags in both forms, the environment for what they leave out")
    func sources() throws {
        let flags = try Self.options(["--port", "8443", "--scenario=a.json", "--threat-intelligence-port=0"])
        #expect(flags.ports.console == 8443 && flags.scenario == "a.json" && flags.ports.threatIntelligence == 0)
        let environment = ["SIMULATOR_PORT": "1", "SIMULATOR_SCENARIO": "b.json", "SIMULATOR_ADDRESS": "0.0.0.0"]
        let mixed = try Self.options(["--port=2"], environment)
        #expect(mixed.ports.console == 2 && mixed.scenario == "b.json" && mixed.ports.address == "0.0.0.0")
        #expect(mixed.ports.threatIntelligence == nil)
        #expect(try Self.options(["--help"]).wantsHelp)
        #expect(try Self.options(["healthcheck"], environment).checksHealth)
    }

    @Test(
        "anything else is refused",
        arguments: [
            [], ["--port", "1"], ["--scenario", "x"], ["--port", "70000", "--scenario", "x"], ["--colour", "red"],
            ["--port"], ["x"], ["--port", "1", "--scenario", "x", "--threat-intelligence-port", "-1"],
        ])
    func refusals(arguments: [String]) {
        #expect(throws: SimulatorOptions.Wrong.self) { try Self.options(arguments) }
    }
}
