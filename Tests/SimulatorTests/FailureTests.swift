import TestSupport
import Testing

@testable import Simulator

@Suite("platform behaviour 5: failures")
struct FailureTests {
    static let ping = "/rest/ping"

    @Test("the envelope says what is wrong while HTTP says 200: rows are missing, or there is no data at all")
    func envelopes() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            for status in ["PARTIAL_SUCCESS", "QUERY_LIMIT_CROSSED", "TIMEOUT_ERROR"] {
                await bench.fault(["fault": ["kind": "envelope", "status": .string(status), "keepPercent": 34]])
                let answer = try await bench.search(query("File"), session)
                #expect(answer["status"]?.text == status)
                #expect(answer.rows.count == 1, "of three")
                #expect(answer["data"]?["guids"]?.items?.count == 1)
            }
            await bench.fault(["fault": ["kind": "envelope", "status": "PARTIAL_SUCCESS", "keepPercent": 0]])
            #expect(try await bench.search(query("File"), session).rows.isEmpty)
            await bench.fault(["fault": ["kind": "envelope", "status": "FAILURE", "message": "Failed to get data!"]])
            let failure = try await bench.search(query("File"), session)
            #expect(failure["status"] == "FAILURE" && failure["message"] == "Failed to get data!")
            #expect(failure["data"] == nil)
        }
    }

    @Test("a query that was cut off, and one that succeeded with null")
    func terminatedAndNull() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            await bench.fault(["fault": ["kind": "queryTerminated", "keepPercent": 0]])
            let terminated = try await bench.search(query("File"), session)
            #expect(terminated["data"]?["queryTerminated"] == true && terminated["status"] == "SUCCESS")
            #expect(terminated.rows.isEmpty)
            await bench.fault(["fault": ["kind": "nullData"]])
            let null = try await bench.search(query("File"), session)
            #expect(null["data"] == .null && null["status"] == "SUCCESS")
        }
    }

    @Test("statuses, with Retry-After in seconds or as a date of the simulated time")
    func statuses() async throws {
        try await Bench.run { bench async throws in
            let session = try await bench.login()
            for code in [408, 500, 502, 503] {
                await bench.fault(["fault": ["kind": "status", "code": .integer(code), "body": "no"]])
                let answer = await bench.get(Self.ping, session)
                #expect(answer.status == code && answer.text == "no")
            }
            await bench.fault(["fault": ["kind": "status", "code": 429, "retryAfterSeconds": 7]])
            #expect(await bench.get(Self.ping, session).header("Retry-After") == "7")
            await bench.fault(
                ["fault": ["kind": "status", "code": 429, "retryAfterSeconds": 7, "retryAfterAsDate": true]])
            let answer = await bench.get(Self.ping, session)
            #expect(answer.header("Date") == HTTPDate.string(milliseconds: Bench.start))
            #expect(answer.header("Retry-After") == HTTPDate.string(milliseconds: Bench.start + 7000))
        }
    }

    @Test("the login page with 200, garbage that claims to be JSON, an answer that ends in its middle")
    func unusableAnswers() async throws {
        try await Bench.run { bench async throws in
            let session = try await bench.login()
            await bench.fault(["fault": ["kind": "html"]])
            let html = await bench.get(Self.ping, session)
            #expect(html.status == 200 && html.text.contains("<app-login>"))
            #expect(html.header("Content-Type")?.contains("html") == true)
            await bench.fault(["fault": ["kind": "garbage"]])
            let garbage = await bench.get(Self.ping, session)
            #expect(garbage.status == 200 && garbage.header("Content-Type") == "application/json")
            #expect(throws: (any Error).self) { try garbage.json() }
            await bench.fault(["fault": ["kind": "truncated"]])
            let half = await bench.get(Self.ping, session)
            #expect(half.status == 200 && half.ending != .whole)
            #expect(!half.body.isEmpty)
        }
    }

    @Test("a session that ends in the middle of a run sends the request to the login page, and does not come back")
    func expiredSession() async throws {
        try await Bench.run { bench async throws in
            let session = try await bench.login()
            await bench.fault(["nth": [2], "fault": ["kind": "expiredSession"]])
            #expect(await bench.get(Self.ping, session).status == 200)
            #expect(await bench.get(Self.ping, session).header("Location") == "/login.html")
            #expect(await bench.get(Self.ping, session).status == 302)
            #expect(await bench.get(Self.ping, try await bench.login()).status == 200)
        }
    }

    static let kill = """
        {"initiatorUserName": "admin@myserver.com", "actionsByMachine": {"-1632138521.1198775089551518743":
            [{"targetId": "-1632138521.200", "actionType": "KILL_PROCESS"}]}}
        """

    @Test(
        "a connection cut before a request was accepted leaves no trace; cut after it, the request has its effect",
        arguments: [("cut", "before", 0), ("cut", "after", 1), ("refuse", "before", 0), ("refuse", "after", 1)])
    func cuts(kind: String, phase: String, accepted: Int) async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            await bench.fault([
                "method": "POST", "path": "/rest/remediate", "count": 1,
                "fault": ["kind": .string(kind), "phase": .string(phase)],
            ])
            let answer = await bench.post("/rest/remediate", Self.kill, session)
            #expect(answer.ending == (kind == "cut" ? .closedEarly : .reset))
            #expect(answer.status == 0)
            #expect(try await bench.admin("GET", "journal").json()["entries"]?.items?.count == accepted)
            #expect(await bench.post("/rest/remediate", Self.kill, session).status == 200, "only the first was struck")
        }
    }

    @Test("an error status may come before or after a request was accepted", arguments: [("before", 0), ("after", 1)])
    func errorsAfterAcceptance(phase: String, accepted: Int) async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            await bench.fault([
                "path": "/rest/remediate", "fault": ["kind": "status", "code": 503, "phase": .string(phase)],
            ])
            #expect(await bench.post("/rest/remediate", Self.kill, session).status == 503)
            #expect(try await bench.admin("GET", "journal").json()["entries"]?.items?.count == accepted)
        }
    }

    @Test("a slow answer is a whole answer", arguments: ["before", "after"])
    func slow(phase: String) async throws {
        try await Bench.run { bench async throws in
            let session = try await bench.login()
            await bench.fault(["fault": ["kind": "slow", "delayMs": 20, "phase": .string(phase)]])
            let began = ContinuousClock.now
            #expect(await bench.get(Self.ping, session).status == 200)
            #expect(ContinuousClock.now - began >= .milliseconds(20))
        }
    }

    @Test("what a client has given up may still be carried out, and late")
    func carriedOutLate() async throws {
        try await Bench.run(TestWorld.scenario()) { bench async throws in
            let session = try await bench.login()
            await bench.fault([
                "method": "POST", "path": "/rest/remediate",
                "fault": ["kind": "slow", "delayMs": 300, "phase": "before"],
            ])
            let began = ContinuousClock.now
            let answer = await bench.console.send(
                "POST", "/rest/remediate",
                headers: ["Content-Type": "application/json", "Cookie": "JSESSIONID=\(session)"],
                body: Self.kill, patience: 20)
            #expect(answer.status == 0)
            try await eventually("it is carried out all the same") {
                try await bench.admin("GET", "journal").json()["entries"]?.items?.count == 1
            }
            #expect(ContinuousClock.now - began >= .milliseconds(300))
        }
    }

    @Test("a quota for each minute is answered with 429 and the seconds that are left of it")
    func quota() async throws {
        try await Bench.run(#"{"console": {"requestsPerMinute": 2}}"#) { bench async throws in
            let session = try await bench.login()
            #expect(await bench.get(Self.ping, session).status == 200)
            #expect(await bench.get(Self.ping, session).status == 200)
            let refused = await bench.get(Self.ping, session)
            #expect(refused.status == 429)
            let wait = try #require(refused.header("Retry-After").flatMap { Int64($0) })
            bench.wait(ms: wait * 1000)
            #expect(await bench.get(Self.ping, session).status == 200)
        }
    }
}
