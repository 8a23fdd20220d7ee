import Testing

@testable import Simulator

@Suite("platform behaviour 7: remediation, its effects")
struct RemediationEffectTests {
    static func row(_ bench: Bench, _ session: String, _ type: String, _ guid: String) async throws -> Document? {
        let one: Document = ["step": ["guidList": [.string(guid)]]]
        return try await bench.search(query(type, more: one), session).rows.values.first
    }

    @Test("a killed process has an end and lives no more; killing it again is another remediation, which fails")
    func kill() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let first = try await Remediation.finished(bench, session, Remediation.process, "KILL_PROCESS")
            #expect(first.statuses.last == "SUCCESS")
            let row = try await Self.row(bench, session, "Process", Remediation.process)
            #expect(row?.value("isLiveProcess") == "false")
            #expect(row?.value("endTime") == String(Bench.start + 500))
            let second = try await Remediation.finished(bench, session, Remediation.process, "KILL_PROCESS")
            #expect(second["remediationId"] != first["remediationId"])
            #expect(second.statuses.last == "FAILURE")
        }
    }

    @Test("a quarantined file has another id, which undoing it needs")
    func quarantine() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let done = try await Remediation.finished(bench, session, Remediation.file, "QUARANTINE_FILE")
            #expect(done.statuses.last == "SUCCESS")
            let file = try await Self.row(bench, session, "File", Remediation.file)
            #expect(file?.value("fileIsQuarantined") == "true")
            let filter: Document = [["facetName": "ownerMachine", "values": ["WS-01"]]]
            let found = try await bench.search(query("QuarantineFile", filters: filter), session).rows.values.first
            #expect(found?.value("elementDisplayName") == "dropper.exe")
            let instance = try #require(found?.linked("quarantineFile")?["guid"]?.text)
            #expect(instance != Remediation.file && instance.hasPrefix("-1632138521."))
            let wrong = try await Remediation.finished(bench, session, Remediation.file, "UNQUARANTINE_FILE")
            #expect(wrong.statuses.last == "FAILURE")
            let right = try await Remediation.finished(bench, session, instance, "UNQUARANTINE_FILE")
            #expect(right.statuses.last == "SUCCESS")
            let restored = try await Self.row(bench, session, "File", Remediation.file)
            #expect(restored?.value("fileIsQuarantined") == "false")
            #expect(try await bench.search(query("QuarantineFile"), session).rows.isEmpty)
            #expect(try await Self.row(bench, session, "File", instance) == nil)
        }
    }

    @Test("a registry key is deleted, a suspended process goes on, a machine is isolated")
    func others() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let key = try await Remediation.finished(bench, session, "-1632138521.300", "DELETE_REGISTRY_KEY")
            #expect(key.statuses.last == "SUCCESS")
            #expect(try await Self.row(bench, session, "Autorun", "-1632138521.300") == nil)
            _ = try await Remediation.finished(bench, session, Remediation.machine, "ISOLATE_MACHINE")
            #expect(try await Self.row(bench, session, "Machine", Remediation.machine)?.value("isIsolated") == "true")
        }
    }

    @Test(
        "a success may be untrue, and a failure may have had its effect",
        arguments: [("SUCCESS", "nothing", "true"), ("FAILURE", "always", "false")])
    func contradictions(outcome: String, effect: String, alive: String) async throws {
        let more = """
            "remediation": [{"target": "dropper-run", "behaviour": {"outcome": "\(outcome)", "effect": "\(effect)"}}]
            """
        try await Bench.run(TestWorld.scenario(more)) { bench async throws in
            let session = try await bench.login()
            let run = try await Remediation.finished(bench, session, Remediation.process, "KILL_PROCESS")
            #expect(run.statuses.last == outcome)
            #expect(try await Self.row(bench, session, "Process", Remediation.process)?.value("isLiveProcess") == alive)
        }
    }

    @Test("a malop's decision statuses stay as they were, unless the switch says otherwise")
    func decisionStatus() async throws {
        for (setting, expected) in [("null", "DDS_FAILED_TO_PREVENT"), ("\"DDS_PREVENTED\"", "DDS_PREVENTED")] {
            let more = #""console": {"remediation": {"decisionStatusAfter": \#(setting)}}"#
            try await Bench.run(TestWorld.scenario(more)) { bench async throws in
                let session = try await bench.login()
                _ = try await Remediation.finished(bench, session, Remediation.process, "KILL_PROCESS")
                let row = try await Self.row(bench, session, "MalopDetectionEvents", Remediation.malop)
                #expect(row?.value("decisionStatuses") == expected)
            }
        }
    }

    @Test("the malop's own actions name machine, target and connection; blocking a file can't be followed")
    func customActions() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let ask: Document = ["detectionEventMalopGuids": [.string(Remediation.malop)], "processMalopGuids": []]
            let offered = try await bench.post("/rest/detection/custom-remediation", ask, session).json()
            let rows = offered["data"]?.items ?? []
            #expect(
                rows.map { $0["remediationType"]?.text } == ["KILL_PROCESS", "QUARANTINE_FILE", "DELETE_REGISTRY_KEY"])
            #expect(rows[0]["uniqueId"]?.text == "KILL_PROCESS::\(Remediation.process)")
            #expect(rows[0]["machineConnected"] == true)
            var block = rows[1]
            block["remediationType"] = "BLOCK_FILE"
            let path = "/rest/detection/remediate-custom-actions"
            let answer = try await bench.post(path, .array([rows[0], block]), session).json()
            #expect(answer["data"]?.items?.count == 1 && answer["status"] == "SUCCESS")
            bench.wait(ms: 1000)
            let status = try await bench.get("/rest/remediate/status/\(Remediation.malop)", session).json()
            #expect(status.items?.map(\.statuses.last) == ["SUCCESS"])
            let file = try await Self.row(bench, session, "File", Remediation.file)
            #expect(file?.value("classificationBlocking") == "true")
        }
    }

    @Test("a later process may have the pid of one that has ended, under an id of its own")
    func reusedPid() async throws {
        let scenario = """
            {"machines": [{"id": "m"}], "processes": [
                {"id": "p", "machine": "m", "pid": 7, "endsAfterMs": 10},
                {"id": "q", "machine": "m", "pid": 7, "appearsAfterMs": 20}]}
            """
        var world = try World(Scenario(Document(json: Array(scenario.utf8))), now: 0)
        world.advance(to: 30)
        let processes = world.graph.all("Process")
        #expect(processes.map { $0.first("pid") } == ["7", "7"])
        #expect(processes.map { $0.isTrue("isLiveProcess") } == [false, true])
        #expect(processes[0].guid != processes[1].guid)
    }
}
