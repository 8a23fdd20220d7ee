import HTTPClient
import HTTPServer
import JSON
import Testing

@testable import Cybereason

@Suite("Following a remediation")
struct TrackingTests {
    @Test("without a malop names NOMALOP in the address, and reads the log as it grows")
    func noMalop() async throws {
        try await withConsole { console, client in
            console.on("/rest/remediate/progress/me/NOMALOP/x") { _, _ in
                .json(
                    #"{"malopId":"NOMALOP","remediationId":"x","start":1700000000000,"end":null,"initiatingUser":"me","#
                        + #""statusLog":[{"machineId":"m","targetId":"t","status":"PENDING","actionType":"KILL_PROCESS","#
                        + #""error":null,"timestamp":1700000001292,"empty":false},{"machineId":"m","targetId":"t","#
                        + #""status":"SUCCESS","actionType":"KILL_PROCESS","timestamp":1700000001422}],"empty":false}"#)
            }
            let report = try #require(try await client.progress(user: "me", malopID: nil, remediationID: "x"))
            #expect(report.malopID == RemediationReport.noMalop)
            #expect(report.end == nil)
            #expect(report.statusLog.map(\.status) == ["PENDING", "SUCCESS"])
        }
    }

    @Test(
        "that the console does not know is nothing, not an error",
        arguments: [
            ServerResponse.text("Not Found", status: 404), .json(""), .status(204), .json("null"), .json("{}"),
            .json(#"{"remediationId":null,"statusLog":null}"#),
        ])
    func unknown(answer: ServerResponse) async throws {
        try await withConsole { console, client in
            console.on("/rest/remediate/progress/me/11.1/x", answer)
            let report = try await client.progress(user: "me", malopID: "11.1", remediationID: "x")
            #expect(report == nil)
        }
    }

    @Test(
        "with an answer that is none is an error",
        arguments: [
            #"{"status":"FAILURE","message":"no"}"#, "[]", "7",
        ])
    func notUnderstood(answer: String) async throws {
        try await withConsole { console, client in
            console.on("/rest/remediate/progress/me/11.1/x", .json(answer))
            let error = await consoleError { () async throws(ConsoleError) in
                _ = try await client.progress(user: "me", malopID: "11.1", remediationID: "x")
            }
            #expect(error?.kind == .notUnderstood)
        }
    }

    @Test("ids from outside are data in the address, never structure")
    func encoding() async throws {
        let urls = Collected<String>()
        let settings = try ConsoleSettings(
            baseURL: "http://console", credentials: Credentials(username: "u", password: Secret("p")))
        let client = ConsoleClient(settings, observer: ConsoleObserver(), timing: .system) {
            request throws(HTTPFailure) in
            urls.add(request.url)
            let cookie = (name: "Set-Cookie", value: "JSESSIONID=1"), page = (name: "Location", value: "/#/")
            return request.url.hasSuffix("/login.html")
                ? HTTPResponse(status: 302, headers: HTTPHeaders([cookie, page])) : HTTPResponse(status: 404)
        }
        let none = try await client.progress(user: "a/../b", malopID: "..", remediationID: "x?y#z%")
        #expect(none == nil)
        #expect(urls.all.last == "http://console/rest/remediate/progress/a%2F..%2Fb/%2E%2E/x%3Fy%23z%25")
        for id in ["", "a\u{7}", String(repeating: "x", count: 257)] {
            let error = await consoleError { () async throws(ConsoleError) in
                _ = try await client.remediations(ofMalop: id)
            }
            #expect(error?.kind == .invalidArgument)
        }
    }

    @Test("of a malop lists all of them")
    func list() async throws {
        try await withConsole { console, client in
            console.on(
                "/rest/remediate/status/11.1", .json("[\(Tutorials.remediationAnswer),{\"remediationId\":\"y\"}]"))
            console.on("/rest/remediate/status/11.2", .json("[]"))
            let ids = try await client.remediations(ofMalop: "11.1").map(\.remediationID)
            #expect(ids == ["86f3faa1-bac0-4a17-9192-9d106b734664", "y"])
            #expect(try await client.remediations(ofMalop: "11.2") == [])
        }
    }

    @Test(
        "of a malop, an answer that is no list proves nothing",
        arguments: [
            #"{"status":"FAILURE"}"#, "null", #"[{"remediationId":null}]"#, #""Malop not found""#, "",
        ])
    func noList(answer: String) async throws {
        try await withConsole { console, client in
            console.on("/rest/remediate/status/11.1", .json(answer))
            let error = await consoleError { () async throws(ConsoleError) in
                _ = try await client.remediations(ofMalop: "11.1")
            }
            #expect(error?.kind == .notUnderstood)
        }
    }

    @Test("can be stopped, with or without a malop")
    func abort() async throws {
        try await withConsole { console, client in
            for path in ["/rest/remediate/abort/11.1/x", "/rest/remediate/abort/NOMALOP/x"] {
                console.on(path, .json(#"{"remediationId":"x","statusLog":[]}"#))
            }
            for malop in ["11.1", nil] {
                let outcome = await client.abort(malopID: malop, remediationID: "x")
                #expect(outcome == .submitted(RemediationReport(remediationID: "x")))
            }
            #expect(console.seen("/rest/remediate/abort/11.1/x").map(\.method) == ["POST"])
        }
    }

    @Test("isolation answers for each sensor in the console's words")
    func isolation() async throws {
        try await withConsole { console, client in
            let path = "/rest/monitor/global/commands/"
            console.on(path + "isolate", .json(#"{"P1":"Succeeded","P2":"Primed","P3":"SomethingNew"}"#))
            console.on(path + "un-isolate", .json("{}"), .text("no such sensor", status: 400))
            let outcome = await client.isolate(["P1", "P2", "P3"], malopID: "11.1")
            let expected: [String: IsolationResult] = [
                "P1": .succeeded, "P2": .primed, "P3": IsolationResult(rawValue: "SomethingNew"),
            ]
            #expect(outcome == .answered(expected))
            #expect(console.seen(path + "isolate")[0].text == #"{"pylumIds":["P1","P2","P3"],"malopId":"11.1"}"#)
            guard case .mayHaveRun = await client.unisolate(["P1"]) else {
                Issue.record("an empty answer taken for something")
                return
            }
            #expect(console.seen(path + "un-isolate")[0].text == #"{"pylumIds":["P1"],"malopId":null}"#)
            #expect(await client.unisolate(["P1"]) == .refused(Refusal(status: 400, words: "no such sensor")))
            guard case .notSent(let reason) = await client.isolate([]) else {
                Issue.record("sent for nobody")
                return
            }
            #expect(reason.kind == .invalidOrder)
        }
    }

    @Test("every documented action has its name, and others survive")
    func actionTypes() throws {
        let names = [
            "KILL_PROCESS", "QUARANTINE_FILE", "UNQUARANTINE_FILE", "DELETE_REGISTRY_KEY", "BLOCK_FILE",
            "KILL_PREVENT_UNSUSPEND", "UNSUSPEND_PROCESS", "ISOLATE_MACHINE",
        ]
        #expect(RemediationActionType.documented.map(\.rawValue) == names)
        let order = RemediationOrder(
            initiator: "",
            actions: [
                .init(machineID: "b", targetID: "1", type: .init(rawValue: "NEW_ONE")),
                .init(machineID: "a", targetID: "2", type: .blockFile),
                .init(machineID: "b", targetID: "3", type: .killProcess),
            ])
        let body = String(decoding: try order.body(), as: UTF8.self)
        #expect(
            body == #"{"initiatorUserName":"","actionsByMachine":{"b":[{"targetId":"1","actionType":"NEW_ONE"},"#
                + #"{"targetId":"3","actionType":"KILL_PROCESS"}],"a":[{"targetId":"2","actionType":"BLOCK_FILE"}]}}"#)
    }
}
