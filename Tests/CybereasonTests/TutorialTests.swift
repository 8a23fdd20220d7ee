import HTTPServer
import JSON
import Testing

@testable import Cybereason

/// The vendor's tutorials: what we send is their request, token by token, and their answers are understood.
@Suite("The vendor's tutorials")
struct TutorialTests {
    @Test("log in with the form of the tutorial and keep the session")
    func login() async throws {
        try await withConsole { console, client in
            console.on("/rest/visualsearch/query/simple", .json(Tutorials.failedProtectionAnswer))
            _ = try await client.failedProtections()
            let form = try #require(console.seen("/login.html").first)
            #expect(form.method == "POST")
            #expect(form.headers.first("Content-Type") == "application/x-www-form-urlencoded")
            #expect(form.text == "username=admin%40myserver.com&password=p%26ss+w%C3%B6rd")
            let query = try #require(console.seen("/rest/visualsearch/query/simple").first)
            #expect(query.headers.first("Cookie") == "JSESSIONID=" + String(repeating: "0", count: 31) + "1")
            #expect(query.headers.first("Content-Type") == "application/json")
        }
    }

    @Test("find malops whose protection failed: request and answer")
    func failedProtection() async throws {
        try await withConsole { console, client in
            console.on("/rest/visualsearch/query/simple", .json(Tutorials.failedProtectionAnswer))
            let answer = try await client.failedProtections()
            let request = try #require(console.seen("/rest/visualsearch/query/simple").first)
            #expect(request.method == "POST")
            #expect(request.target == "/rest/visualsearch/query/simple")
            #expect(request.text == compact(Tutorials.failedProtectionRequest))
            #expect(
                answer.rows == [
                    FailedProtectionRow(malopID: "AAAA1kFkoAiE4Tf9", decisionStatuses: ["DDS_FAILED_TO_PREVENT"])
                ])
            #expect(answer.completeness == .whole)
            #expect(answer.totalResults == 1)
            #expect(console.seen("/rest/visualsearch/query/simple").count == 1)
        }
    }

    @Test("stop a process of a malop: request and answer")
    func kill() async throws {
        try await withConsole { console, client in
            console.on("/rest/remediate", .json(Tutorials.remediationAnswer))
            let machine = "-1632138521.1198775089551518743"
            let outcome = await client.remediate(
                RemediationOrder(
                    malopID: "11.2718161727221199870", initiator: "admin@myserver.com",
                    actions: [.init(machineID: machine, targetID: machine, type: .killProcess)]))
            #expect(console.seen("/rest/remediate").map(\.text) == [compact(Tutorials.killRequest)])
            #expect(outcome == .submitted(Self.report))
        }
    }

    @Test("quarantine a file that belongs to no malop: request")
    func quarantine() async throws {
        try await withConsole { console, client in
            console.on("/rest/remediate", .json(Tutorials.remediationAnswer))
            _ = await client.remediate(
                RemediationOrder(
                    initiator: "admin@myserver.com",
                    actions: [
                        .init(
                            machineID: "1632138521.1198775089551518743",
                            targetID: "-1632138521.1198775089551518743", type: .quarantineFile)
                    ]))
            #expect(console.seen("/rest/remediate").map(\.text) == [compact(Tutorials.quarantineRequest)])
        }
    }

    @Test("check the status of an action: address and answer")
    func progress() async throws {
        try await withConsole { console, client in
            let path = "/rest/remediate/progress/admin%40myserver.com/11.2718161727221199870/86f3faa1-bac0"
            console.on("/rest/remediate/progress/admin@myserver.com/11.2718161727221199870/86f3faa1-bac0") { _, _ in
                .json(Tutorials.remediationAnswer)
            }
            let report = try await client.progress(
                user: "admin@myserver.com", malopID: "11.2718161727221199870", remediationID: "86f3faa1-bac0")
            #expect(report == Self.report)
            #expect(console.seen(path).map(\.method) == ["GET"])
        }
    }

    private static let report = RemediationReport(
        remediationID: "86f3faa1-bac0-4a17-9192-9d106b734664", malopID: "11.2718161727221199870",
        start: Timestamp(milliseconds: 1_518_604_850_656), end: Timestamp(milliseconds: 1_518_604_850_744),
        initiatingUser: "admin@myserver.com",
        statusLog: [
            StatusLogEntry(
                machineID: "-1632138521.1198775089551518743", status: "SUCCESS", actionType: .killProcess,
                timestamp: Timestamp(milliseconds: 1_518_604_850_714))
        ])
}
