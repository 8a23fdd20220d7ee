import Testing

@testable import Simulator

@Suite("platform behaviour 8: isolation")
struct IsolationTests {
    static func command(_ bench: Bench, _ session: String, _ name: String, _ ids: [String]) async throws -> Document {
        let body: Document = ["pylumIds": .strings(ids), "malopId": nil]
        return try await bench.post("/rest/monitor/global/commands/\(name)", body, session).json()
    }

    static func isIsolated(_ bench: Bench, _ session: String, _ name: String) async throws -> String? {
        let filter: Document = [["facetName": "elementDisplayName", "values": [.string(name)]]]
        return try await bench.search(query("Machine", filters: filter), session).rows.values.first?.value("isIsolated")
    }

    @Test("machines are named by their sensor's id, each has a word of its own, and the machine shows it")
    func words() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let answer = try await Self.command(
                bench, session, "isolate", ["PYLUM_WS", "PYLUM_LT", Remediation.machine])
            #expect(answer["PYLUM_WS"] == "Succeeded")
            #expect(answer["PYLUM_LT"] == "Primed")
            #expect(answer[Remediation.machine] == "UnknownProbe", "a machine's id is not its sensor's")
            #expect(try await Self.isIsolated(bench, session, "WS-01") == "true")
            #expect(try await Self.isIsolated(bench, session, "LT-02") == "false")
            #expect(try await Self.command(bench, session, "un-isolate", ["PYLUM_WS"])["PYLUM_WS"] == "Succeeded")
            #expect(try await Self.isIsolated(bench, session, "WS-01") == "false")
        }
    }

    @Test("a primed command is carried out when the machine is back")
    func primed() async throws {
        try await Bench.run(TestWorld.scenario(#""events": [{"afterMs": 1000, "machine": "lt"}]"#)) {
            bench async throws in
            let session = try await bench.login()
            _ = try await Self.command(bench, session, "isolate", ["PYLUM_LT"])
            bench.wait(ms: 1000)
            #expect(try await Self.isIsolated(bench, session, "LT-02") == "true")
        }
    }

    @Test("what is answered for an absent machine, or for any one, is the scenario's")
    func scripted() async throws {
        let scenario = """
            {"console": {"remediation": {"offlineIsolation": "Disconnected"}}, "machines": [
                {"id": "a", "pylumId": "A", "online": false},
                {"id": "b", "pylumId": "B", "isolateAnswer": "TimeoutSending", "unIsolateAnswer": "NotSupported"}]}
            """
        try await Bench.run(scenario) { bench async throws in
            let session = try await bench.login()
            #expect(
                try await Self.command(bench, session, "isolate", ["A", "B"]) == [
                    "A": "Disconnected", "B": "TimeoutSending",
                ])
            #expect(try await Self.command(bench, session, "un-isolate", ["B"]) == ["B": "NotSupported"])
            #expect(try await Self.isIsolated(bench, session, "b") == "false")
        }
    }

    @Test("the sensors' own list shows state and isolation, and can be filtered")
    func sensors() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let filters: Document = [["fieldName": "machineName", "operator": "ContainsIgnoreCase", "values": ["lt-"]]]
            let body: Document = ["limit": 10, "offset": 0, "filters": filters]
            let found = try await bench.post("/rest/sensors/query", body, session).json()
            #expect(found["totalResults"] == 1 && found["hasMoreResults"] == false)
            let sensor = found["sensors"]?.items?.first
            #expect(sensor?["pylumId"] == "PYLUM_LT" && sensor?["status"] == "Offline" && sensor?["isolated"] == false)
            let wrong: Document = ["filters": [["fieldName": "machineName", "operator": "Near", "values": ["x"]]]]
            #expect(try await bench.post("/rest/sensors/query", wrong, session).json()["sensors"] == nil)
        }
    }
}
