import HTTPServer
import Testing

@testable import Cybereason

@Suite("A refusal that the console's REST interface did not write")
struct ForeignRefusalTests {
    private static let path = RemediationOutcomeTests.path
    private static let order = RemediationOutcomeTests.order
    private static let progress = "/rest/remediate/progress/me/11.1/x"

    static let pages = [
        ServerResponse.page("default backend", status: 404), .page("Request blocked", status: 403),
        .text("\n<html><h1>400 Bad Request</h1></html>", status: 400), .text("default backend - 404", status: 404),
        .text("404 page not found\n", status: 404), .text("error code: 1020", status: 403), .status(404),
        ServerResponse.text("Malop ID is", status: 400).truncated(claimedLength: 500),
    ]

    @Test("ends no order: it may have run", arguments: pages)
    func uncertain(answer: ServerResponse) async throws {
        try await withConsole { console, client in
            console.on(Self.path, answer)
            guard case .mayHaveRun = await client.remediate(Self.order) else {
                Issue.record("taken for something else")
                return
            }
            #expect(console.seen(Self.path).count == 1)
        }
    }

    @Test("is told with its title")
    func words() async throws {
        try await withConsole { console, client in
            console.on(Self.path, .page("Request blocked", status: 403))
            guard case .mayHaveRun(let reason) = await client.remediate(Self.order) else {
                Issue.record("taken for something else")
                return
            }
            #expect(reason.status == 403 && reason.detail.contains("'Request blocked'"))
        }
    }

    @Test("is a proxy's that asks for a login: it passed nothing on")
    func proxy() async throws {
        try await withConsole { console, client in
            console.on(Self.path, .page("Authentication required", status: 407))
            guard case .notSent(let reason) = await client.remediate(Self.order) else {
                Issue.record("taken for something else")
                return
            }
            #expect(reason.kind == .connection)
        }
    }

    @Test("does not say that there is no such remediation")
    func reading() async throws {
        try await withConsole { console, client in
            console.on(Self.progress, .page("default backend", status: 404))
            let error = await consoleError { () async throws(ConsoleError) in
                _ = try await client.progress(user: "me", malopID: "11.1", remediationID: "x")
            }
            #expect(error?.kind == .unavailable && error?.status == 404)
            console.on(Self.progress, .text("Not Found", status: 404))
            let report = try await client.progress(user: "me", malopID: "11.1", remediationID: "x")
            #expect(report == nil, "the interface's own word counts")
        }
    }

    @Test("is what an older console may have for an interface that it lacks; others are asked then")
    func olderConsole() async throws {
        try await withConsole { console, client in
            console.on("/rest/detection/details", .page("HTTP Status 404", status: 404))
            console.on("/rest/crimes/unified", .text("Not Found", status: 404))
            console.on("/rest/detection/custom-remediation", .json(MalopDetailsTests.optionsAnswer))
            let details = try await client.malopDetails("11.1")
            #expect(details.source == .customRemediation)
        }
    }
}

extension ServerResponse {
    /// A page as load balancers and firewalls have them.
    fileprivate static func page(_ title: String, status: Int) -> ServerResponse {
        html("<!DOCTYPE html>\n<html><head><TITLE>\(title)</TITLE></head><body></body></html>", status: status)
    }
}
