import Testing

@testable import Simulator

@Suite("platform behaviour 7: following remediations")
struct FollowingTests {
    static let kill = Remediation.body([(Remediation.machine, Remediation.process, "KILL_PROCESS")])

    @Test("a remediation without a malop is shown as NOMALOP, and found under that name alone")
    func noMalop() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let run = try await Remediation.start(bench, session, Self.kill)
            #expect(run["malopId"] == "NOMALOP")
            let id = run["remediationId"]?.text ?? ""
            let user = "/rest/remediate/progress/admin%40myserver.com/"
            #expect(await bench.get(user + "NOMALOP/" + id, session).status == 200)
            #expect(await bench.get(user + "null/" + id, session).status == 404)
            #expect(try await bench.get("/rest/remediate/status/NOMALOP", session).json() == [])
        }
    }

    @Test("how it is found without a malop is a switch", arguments: [("anything", 200), ("unavailable", 404)])
    func noMalopSwitch(value: String, status: Int) async throws {
        let more = #""console": {"remediation": {"noMalopProgress": "\#(value)"}}"#
        try await Bench.run(TestWorld.scenario(more)) { bench async throws in
            let session = try await bench.login()
            let id = try await Remediation.start(bench, session, Self.kill)["remediationId"]?.text ?? ""
            #expect(await bench.get("/rest/remediate/progress/admin%40myserver.com/-/" + id, session).status == status)
        }
    }

    @Test("unknown ids and other users' names are 404, or an empty 200")
    func unknownIDs() async throws {
        for (setting, status) in [("notFound", 404), ("empty", 200)] {
            let more = #""console": {"remediation": {"unknownProgress": "\#(setting)"}}"#
            try await Bench.run(TestWorld.scenario(more)) { bench async throws in
                let session = try await bench.login()
                let id = try await Remediation.start(bench, session, Self.kill)["remediationId"]?.text ?? ""
                let unknown = await bench.get(Remediation.plainProgress + "nothing", session)
                #expect(unknown.status == status && (status == 404 || unknown.body.isEmpty))
                let other = await bench.get("/rest/remediate/progress/eve/NOMALOP/" + id, session)
                #expect(other.status == status)
            }
        }
    }

    @Test("status lists every remediation of a malop, in either encoding of its id, and is empty for others")
    func status() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let bound = Remediation.body(
                [(Remediation.machine, Remediation.process, "KILL_PROCESS")], malop: Remediation.malop)
            let first = try await Remediation.start(bench, session, bound)
            let second = try await Remediation.start(bench, session, bound)
            _ = try await Remediation.start(bench, session, Self.kill)
            let list = try await bench.get("/rest/remediate/status/214.4712067068585916413", session).json()
            #expect(list.items?.map { $0["remediationId"] } == [first["remediationId"], second["remediationId"]])
            #expect(try await bench.get("/rest/remediate/status/214.1", session).json() == [])
            let history = await bench.post(
                "/rest/remediate/has-history", ["guids": [.string(Remediation.malop)]], session)
            #expect(try history.json() == true)
        }
    }

    @Test("without an initiator the session's user is named; entries may have only the documented members")
    func initiator() async throws {
        let more = #""console": {"remediation": {"entryFields": "documented"}}"#
        try await Bench.run(TestWorld.scenario(more)) { bench async throws in
            let session = try await bench.login()
            var body = Self.kill
            body["initiatorUserName"] = ""
            let run = try await Remediation.start(bench, session, body)
            #expect(run["initiatingUser"] == "admin@myserver.com")
            #expect(run["empty"] == nil)
            bench.wait(ms: 1000)
            let entry = try await Remediation.progress(bench, session, run)["statusLog"]?.items?.first
            #expect(entry?.members?.map(\.key) == ["machineId", "targetId", "status", "actionType", "timestamp"])
        }
    }

    @Test(
        "a body without actions, of unknown actions or of too many is 400",
        arguments: [
            "{}", "[]", "{", #"{"actionsByMachine": {}}"#, #"{"actionsByMachine": {"1.2": []}}"#,
            #"{"actionsByMachine": {"1.2": [{"targetId": "1.3", "actionType": "REBOOT"}]}}"#,
            #"{"actionsByMachine": {"1.2": [{"actionType": "KILL_PROCESS"}, {"actionType": "KILL_PROCESS"}]}}"#,
        ])
    func badBodies(body: String) async throws {
        try await Bench.run(TestWorld.scenario(#""console": {"remediation": {"maximumActions": 1}}"#)) {
            bench async throws in
            let session = try await bench.login()
            #expect(await bench.post("/rest/remediate", body, session).status == 400)
            #expect(try await bench.admin("GET", "journal").json()["entries"] == [])
        }
    }

    @Test("whether an unknown malop is accepted is a switch", arguments: [("accept", 200), ("refuse", 400)])
    func unknownMalop(value: String, status: Int) async throws {
        try await Bench.run(TestWorld.scenario(#""console": {"remediation": {"unknownMalop": "\#(value)"}}"#)) {
            bench in
            let session = try await bench.login()
            let body = Remediation.body([(Remediation.machine, Remediation.process, "KILL_PROCESS")], malop: "11.5")
            #expect(await bench.post("/rest/remediate", body, session).status == status)
        }
    }
}
