import Testing

@testable import Simulator

/// What the tests of remediation have in common.
enum Remediation {
    static let machine = "-1632138521.1198775089551518743"
    static let away = "AAAAMxCi55eyTiwX"
    static let process = "-1632138521.200"
    static let file = "-1632138521.100"
    static let malop = "AAAA1kFkoAiE4Tf9"
    static let malopProgress = "/rest/remediate/progress/admin%40myserver.com/\(malop)/"
    static let plainProgress = "/rest/remediate/progress/admin%40myserver.com/NOMALOP/"

    static func body(_ actions: [(machine: String, target: String, type: String)], malop: String? = nil) -> Document {
        var machines: Document = [:]
        for action in actions {
            let before = machines[action.machine]?.items ?? []
            let next: Document = ["targetId": .string(action.target), "actionType": .string(action.type)]
            machines[action.machine] = .array(before + [next])
        }
        var body: Document = ["initiatorUserName": "admin@myserver.com", "actionsByMachine": machines]
        if let malop { body["malopId"] = .string(malop) }
        return body
    }

    static func start(_ bench: Bench, _ session: String, _ body: Document) async throws -> Document {
        let answer = await bench.post("/rest/remediate", body, session)
        #expect(answer.status == 200, "\(answer.text)")
        return try answer.json()
    }

    /// Does one action on WS-01 and returns how it looks after a while.
    static func finished(
        _ bench: Bench, _ session: String, _ target: String, _ type: String, machine: String = machine
    ) async throws -> Document {
        let first = try await start(bench, session, body([(machine, target, type)]))
        bench.wait(ms: 1000)
        return try await progress(bench, session, first)
    }

    static func progress(_ bench: Bench, _ session: String, _ run: Document) async throws -> Document {
        let id = try #require(run["remediationId"]?.text)
        let answer = await bench.get(plainProgress + id, session)
        #expect(answer.status == 200)
        return try answer.json()
    }
}

@Suite("platform behaviour 7: remediation, its course")
struct RemediationTests {
    @Test("the log is empty at first, then grows: PENDING, IN_PROGRESS, SUCCESS, and end is null until then")
    func course() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let kill = Remediation.body(
                [(Remediation.machine, Remediation.process, "KILL_PROCESS")], malop: Remediation.malop)
            var run = try await Remediation.start(bench, session, kill)
            #expect(run.statuses == [] && run["end"] == .null && run["malopId"]?.text == Remediation.malop)
            let url = Remediation.malopProgress + (run["remediationId"]?.text ?? "")
            var seen: [[String]] = []
            for step in [50, 149, 1, 299, 1] as [Int64] {
                bench.wait(ms: step)
                run = try await bench.get(url, session).json()
                seen.append(run.statuses)
            }
            let whole = ["PENDING", "IN_PROGRESS", "SUCCESS"]
            #expect(seen == [["PENDING"], ["PENDING"], Array(whole.prefix(2)), Array(whole.prefix(2)), whole])
            #expect(run["end"]?.integer == Bench.start + 500)
            let last = run["statusLog"]?.items?.last
            #expect(last?["machineId"]?.text == Remediation.machine && last?["targetId"]?.text == Remediation.process)
            #expect(last?["timestamp"]?.integer == Bench.start + 500 && last?["error"] == .null)
            let status = try await bench.get("/rest/remediate/status/\(Remediation.malop)", session).json()
            #expect(status == [run])
        }
    }

    @Test("a failure says why; the last status and the words are the scenario's")
    func failure() async throws {
        let more = """
            "remediation": [{"target": "dropper-run", "action": "KILL_PROCESS", "behaviour":
                {"outcomes": ["FAILURE", "SUCCESS"], "errorMessage": "Access denied", "errorType": "DENIED"}}]
            """
        try await Bench.run(TestWorld.scenario(more)) { bench async throws in
            let session = try await bench.login()
            let first = try await Remediation.finished(bench, session, Remediation.process, "KILL_PROCESS")
            #expect(first.statuses.last == "FAILURE" && first["end"]?.isNull == false)
            let error = first["statusLog"]?.items?.last?["error"]
            #expect(error == ["message": "Access denied", "errorType": "DENIED"])
            let second = try await Remediation.finished(bench, session, Remediation.process, "KILL_PROCESS")
            #expect(second.statuses.last == "SUCCESS", "the second attempt has the second outcome")
        }
    }

    @Test("end may come late, or never, or be absent instead of null; a stage may last for ever")
    func ends() async throws {
        let more = """
            "console": {"remediation": {"unfinishedEnd": "absent"}},
            "remediation": [
                {"target": "dropper", "behaviour": {"end": "late", "endDelayMs": 2000}},
                {"target": "editor", "behaviour": {"end": "never"}},
                {"target": "child", "behaviour": {"outcome": "NEVER"}}]
            """
        try await Bench.run(TestWorld.scenario(more)) { bench async throws in
            let session = try await bench.login()
            let late = try await Remediation.finished(bench, session, Remediation.file, "QUARANTINE_FILE")
            #expect(late.statuses.last == "SUCCESS" && late["end"] == nil)
            bench.wait(ms: 2000)
            #expect(try await Remediation.progress(bench, session, late)["end"]?.integer == Bench.start + 2500)
            let never = try await Remediation.finished(bench, session, "-1632138521.101", "QUARANTINE_FILE")
            let stuck = try await Remediation.finished(bench, session, "-1632138521.201", "KILL_PROCESS")
            bench.wait(ms: 3_600_000)
            let other = try await bench.login()
            #expect(try await Remediation.progress(bench, other, never)["end"] == nil)
            #expect(try await Remediation.progress(bench, other, stuck).statuses == ["PENDING", "IN_PROGRESS"])
        }
    }

    @Test("an action on a machine that is away stays pending until it is back", arguments: ["pending", "empty"])
    func offline(log: String) async throws {
        let more = """
            "console": {"remediation": {"offlineLog": "\(log)"}}, "events": [{"afterMs": 60000, "machine": "lt"}]
            """
        try await Bench.run(TestWorld.scenario(more)) { bench async throws in
            let session = try await bench.login()
            let kill = Remediation.body([(Remediation.away, "51.202", "KILL_PROCESS")])
            let run = try await Remediation.start(bench, session, kill)
            bench.wait(ms: 59_000)
            let before = log == "pending" ? ["PENDING"] : []
            #expect(try await Remediation.progress(bench, session, run).statuses == before)
            bench.wait(ms: 2000)
            let after = try await Remediation.progress(bench, session, run)
            #expect(after.statuses == ["PENDING", "IN_PROGRESS", "SUCCESS"] && after["end"]?.isNull == false)
        }
    }

    @Test("several targets go their own ways: one fails, one succeeds, and the end waits for both")
    func partialSuccess() async throws {
        let more = #""remediation": [{"target": "dropper", "behaviour": {"outcome": "FAILURE", "inProgressMs": 50}}]"#
        try await Bench.run(TestWorld.scenario(more)) { bench async throws in
            let session = try await bench.login()
            let both = Remediation.body([
                (Remediation.machine, Remediation.process, "KILL_PROCESS"),
                (Remediation.machine, Remediation.file, "QUARANTINE_FILE"),
            ])
            let run = try await Remediation.start(bench, session, both)
            bench.wait(ms: 300)
            #expect(try await Remediation.progress(bench, session, run)["end"] == .null)
            bench.wait(ms: 300)
            let log = try await Remediation.progress(bench, session, run)["statusLog"]?.items ?? []
            func last(_ target: String) -> String? { log.last { $0["targetId"]?.text == target }?["status"]?.text }
            #expect(last(Remediation.file) == "FAILURE" && last(Remediation.process) == "SUCCESS")
        }
    }

    @Test(
        "what isn't there, is of the wrong kind or on another machine is an invalid argument at once",
        arguments: [
            (Remediation.machine, "-1632138521.999", "KILL_PROCESS"),
            (Remediation.machine, "-1632138521.100", "KILL_PROCESS"),
            (Remediation.away, "-1632138521.200", "KILL_PROCESS"), ("7.1198775089551518743", "7.1", "QUARANTINE_FILE"),
        ])
    func invalidTargets(machine: String, target: String, type: String) async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let run = try await Remediation.start(bench, session, Remediation.body([(machine, target, type)]))
            #expect(run.statuses == ["FAILURE"] && run["end"]?.isNull == false)
            let error = run["statusLog"]?.items?.first?["error"]
            #expect(error?["errorType"] == "INVALID_ARGUMENT")
        }
        try await Bench.run(TestWorld.scenario(#""console": {"remediation": {"unknownTarget": "emptyLog"}}"#)) {
            bench in
            let session = try await bench.login()
            let run = try await Remediation.start(bench, session, Remediation.body([(machine, target, type)]))
            bench.wait(ms: 10_000)
            let later = try await Remediation.progress(bench, session, run)
            #expect(later.statuses == [] && later["end"] == .null)
        }
    }

    @Test("entries may lack their target")
    func nullTarget() async throws {
        let more = #""remediation": [{"target": "dropper-run", "behaviour": {"targetInLog": false}}]"#
        try await Bench.run(TestWorld.scenario(more)) { bench async throws in
            let run = try await Remediation.finished(
                bench, try await bench.login(), Remediation.process, "KILL_PROCESS")
            #expect(run["statusLog"]?.items?.allSatisfy { $0["targetId"] == .null } == true)
        }
    }

    @Test(
        "an abort ends what the sensor has not begun; how far it reaches is a switch",
        arguments: [
            ("notStarted", ["ABORTED"]), ("unfinished", ["ABORTED"]),
            ("nothing", ["PENDING", "IN_PROGRESS", "SUCCESS"]),
        ])
    func abort(effect: String, statuses: [String]) async throws {
        try await Bench.run(TestWorld.scenario(#""console": {"remediation": {"abortEffect": "\#(effect)"}}"#)) {
            bench in
            let session = try await bench.login()
            let kill = Remediation.body(
                [(Remediation.machine, Remediation.process, "KILL_PROCESS")], malop: Remediation.malop)
            let id = try #require(try await Remediation.start(bench, session, kill)["remediationId"]?.text)
            let path = "/rest/remediate/abort/\(Remediation.malop)/\(id)"
            let aborted = await bench.console.send("POST", path, headers: ["Cookie": "JSESSIONID=\(session)"], body: "")
            #expect(aborted.status == 200)
            bench.wait(ms: 1000)
            #expect(try await bench.get(Remediation.malopProgress + id, session).json().statuses == statuses)
        }
    }
}
