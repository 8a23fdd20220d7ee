import Testing

@testable import Simulator

@Suite("platform behaviour 9: the journal, and steering the simulator")
struct AuditTests {
    @Test("every accepted request is in the journal, with who asked for what, and nothing else is")
    func journal() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            var body = Remediation.body(
                [
                    (Remediation.machine, Remediation.process, "KILL_PROCESS"),
                    (Remediation.machine, Remediation.file, "QUARANTINE_FILE"),
                ],
                malop: Remediation.malop)
            body["initiatorUserName"] = "someone"
            let run = try await Remediation.start(bench, session, body)
            _ = await bench.post("/rest/remediate", "{}", session)
            _ = await bench.post("/rest/remediate", body, "NOSESSION")
            bench.wait(ms: 5)
            _ = await bench.post("/rest/monitor/global/commands/isolate", #"{"pylumIds": ["PYLUM_WS"]}"#, session)
            let entries = try await bench.admin("GET", "journal").json()["entries"]?.items ?? []
            #expect(entries.count == 2)
            #expect(
                entries.first == [
                    "at": .integer(Bench.start), "kind": "remediate", "remediationId": run["remediationId"] ?? .null,
                    "user": "someone", "sessionUser": "admin@myserver.com", "malopId": .string(Remediation.malop),
                    "actions": [
                        [
                            "machineId": .string(Remediation.machine), "targetId": .string(Remediation.process),
                            "actionType": "KILL_PROCESS",
                        ],
                        [
                            "machineId": .string(Remediation.machine), "targetId": .string(Remediation.file),
                            "actionType": "QUARANTINE_FILE",
                        ],
                    ],
                ])
            #expect(entries.last?["kind"] == "isolate" && entries.last?["pylumIds"] == ["PYLUM_WS"])
            #expect(entries.last?["at"] == .integer(Bench.start + 5))
            #expect(entries.last?["actions"]?.items?.first?["actionType"] == "ISOLATE_MACHINE")
            #expect(await bench.admin("DELETE", "journal").status == 200)
            #expect(try await bench.admin("GET", "journal").json() == ["entries": []])
        }
    }

    @Test("requests are counted by route and by what was answered, cuts included")
    func counters() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            _ = await bench.get("/rest/ping", session)
            _ = await bench.get("/rest/ping", "NOSESSION")
            _ = await bench.get(Remediation.plainProgress + "a", session)
            _ = await bench.get(Remediation.plainProgress + "b", session)
            await bench.fault(["path": "/rest/ping", "fault": ["kind": "cut"]])
            _ = await bench.get("/rest/ping", session)
            let routes = try await bench.admin("GET", "requests").json()["routes"]?.items ?? []
            func route(_ name: String) -> Document? { routes.first { $0["route"]?.text == name } }
            let ping = route("/rest/ping")
            #expect(ping?["count"] == 3 && ping?["answered"] == ["cut": 1, "200": 1, "302": 1])
            #expect(route("/rest/remediate/progress/:user/:malop/:remediation")?["count"] == 2)
            #expect(await bench.admin("DELETE", "requests").status == 200)
            #expect(try await bench.admin("GET", "requests").json() == ["routes": []])
        }
    }

    @Test("the clock is moved by an amount or to a time, never back, and the Date header follows it")
    func clock() async throws {
        try await Bench.run { bench async throws in
            #expect(await bench.console.send("GET", "/").header("Date") == HTTPDate.string(milliseconds: Bench.start))
            let moved = await bench.admin("POST", "clock", ["advanceMs": 86_400_000])
            #expect(try moved.json()["nowMs"] == .integer(Bench.start + 86_400_000))
            let set = Bench.start + 100_000_000
            #expect(await bench.admin("POST", "clock", ["setMs": .integer(set)]).status == 200)
            #expect(await bench.console.send("GET", "/").header("Date") == HTTPDate.string(milliseconds: set))
            #expect(await bench.admin("POST", "clock", ["setMs": .integer(set - 1)]).status == 400)
            #expect(await bench.admin("POST", "clock", [:]).status == 400)
            #expect(try await bench.admin("GET", "clock").json()["nowMs"] == .integer(set))
        }
    }

    @Test("a test may add to the world; what it gets wrong is said, and nothing is added")
    func additions() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            let added: Document = [
                "files": [["id": "late", "machine": "ws", "guid": "-1632138521.900"]],
                "malops": [["id": "m", "guid": "214.50", "files": [["file": "late"]], "appearsAfterMs": 100]],
                "reputations": [["key": "late.example", "type": "malware"]],
            ]
            #expect(await bench.admin("POST", "scenario", added).status == 200)
            #expect(try await bench.search(query("MalopDetectionEvents"), session).rows["214.50"] == nil)
            bench.wait(ms: 100)
            #expect(try await bench.search(query("MalopDetectionEvents"), session).rows["214.50"] != nil)
            let wrong = await bench.admin("POST", "scenario", ["malops": [["id": "n", "machines": ["nowhere"]]]])
            #expect(wrong.status == 400 && wrong.text.contains("nowhere"))
            #expect(try await bench.search(query("MalopDetectionEvents"), session).rows.count == 3)
        }
    }

    @Test("steering needs no session, is not counted and has no faults; unknown requests are 404")
    func administration() async throws {
        try await Bench.run { bench async throws in
            await bench.fault(["fault": ["kind": "cut"]])
            #expect(await bench.console.send("GET", "/livez").text == "ok\n")
            #expect(await bench.admin("GET", "nothing").status == 404)
            #expect(await bench.admin("PUT", "faults", ["rules": 1]).status == 400)
            #expect(
                try await bench.admin("GET", "faults").json()["rules"]?.items?.count == 1,
                "a refused set changes nothing")
            #expect(await bench.admin("DELETE", "faults").status == 200)
            #expect(try await bench.admin("GET", "requests").json() == ["routes": []])
        }
    }
}
