import HTTPServer
import Testing

@testable import Cybereason

@Suite("A session with the console")
struct SessionTests {
    private static let query = "/rest/visualsearch/query/simple"
    private static let order = RemediationOrder(
        malopID: "11.1", initiator: "me", actions: [.init(machineID: "m", targetID: "t", type: .killProcess)])

    @Test("bad credentials are an error of their own, and are not tried again and again")
    func badCredentials() async throws {
        try await withConsole { console, client in
            console.refuseLogins()
            for _ in 1...5 {
                let error = await consoleError { () async throws(ConsoleError) in
                    _ = try await client.failedProtections()
                }
                #expect(error?.kind == .badCredentials)
                #expect(error?.retryAfter ?? .zero > .seconds(50))
            }
            guard case .notSent(let reason) = await client.remediate(Self.order) else {
                Issue.record("sent without a session")
                return
            }
            #expect(reason.kind == .accountRefused)
            #expect(console.logins == 1)
            #expect(console.seen.count == 1)
            #expect(client.loginHeld?.kind == .badCredentials)
        }
    }

    @Test("a console that is away is told in the words of its last failure, also while no login is tried")
    func away() async throws {
        try await withConsole {
            $0.resilience.breaker = CircuitBreaker.Settings(failures: 2, pause: .seconds(60))
            $0.session.shortBackoff = Backoff(base: .zero, cap: .zero)
        } _: { console, client in
            await console.stop()
            for _ in 1...2 { _ = await consoleError { () async throws(ConsoleError) in try await client.logIn() } }
            #expect(client.breakers[.login] == .open)
            for _ in 1...3 {
                let error = await consoleError { () async throws(ConsoleError) in try await client.logIn() }
                #expect(error?.kind == .unavailable && error?.refusesAccount == false)
                #expect(error?.detail.contains("connect to 127.0.0.1") == true, "\(error?.detail ?? "")")
            }
        }
    }

    @Test("a second factor is recognised behind the redirect, and held back")
    func secondFactor() async throws {
        try await withConsole { console, client in
            console.show(page: "<title>Cybereason | Login</title><h1>Two factor authentication</h1>")
            for _ in 1...3 {
                let error = await consoleError { () async throws(ConsoleError) in try await client.logIn() }
                #expect(error?.kind == .secondFactorRequired)
            }
            #expect(console.logins == 1)
        }
    }

    @Test("an expired password is recognised")
    func passwordExpired() async throws {
        try await withConsole { console, client in
            console.onLogin { _, _ in .redirect(to: "/reset.html?originalurl=/current?") }
            let error = await consoleError { () async throws(ConsoleError) in try await client.logIn() }
            #expect(error?.kind == .passwordExpired)
        }
    }

    @Test("many callers cause one login")
    func singleFlight() async throws {
        try await withConsole { console, client in
            console.on(Self.query, .json(Tutorials.failedProtectionAnswer))
            try await Self.inParallel(40) { _ = try await client.machineStates(["m"]) }
            #expect(console.logins == 1)
        }
    }

    @Test("many callers whose session was lost cause one new login")
    func singleFlightAgain() async throws {
        try await withConsole { console, client in
            console.on(Self.query, .json(Tutorials.failedProtectionAnswer))
            _ = try await client.failedProtections()
            console.expireSessions()
            try await Self.inParallel(40) { _ = try await client.machineStates(["m"]) }
            #expect(console.logins == 2)
        }
    }

    @Test("a session that expires during paging is renewed, and every page comes")
    func expiryDuringPaging() async throws {
        try await withConsole {
            $0.pageSize = 2
        } _: { console, client in
            console.on(Self.query) { request, count in
                if count == 2 { console.expireSessions() }
                return .json(Self.page(of: request, total: 7))
            }
            let answer = try await client.failedProtections()
            #expect(answer.rows.map(\.malopID).sorted() == (0..<7).map { "r\($0)" })
            #expect(answer.completeness == .whole)
            #expect(console.logins == 2)
        }
    }

    @Test("a session that has expired before a remediation is renewed, and the order is carried out once")
    func expiryBeforeRemediation() async throws {
        try await withConsole { console, client in
            console.on(Self.query, .json(Tutorials.failedProtectionAnswer))
            console.on("/rest/remediate", .json(Tutorials.remediationAnswer))
            _ = try await client.failedProtections()
            console.expireSessions()
            guard case .submitted = await client.remediate(Self.order) else {
                Issue.record("not submitted")
                return
            }
            #expect(console.logins == 2)
            #expect(console.seen("/rest/remediate").count == 2)
        }
    }

    @Test("a session that expires during tracking is renewed")
    func expiryDuringTracking() async throws {
        try await withConsole { console, client in
            console.on("/rest/remediate/progress/me/11.1/x") { _, _ in .json(Tutorials.remediationAnswer) }
            for round in 1...3 {
                let report = try await client.progress(user: "me", malopID: "11.1", remediationID: "x")
                #expect(report?.statusLog.count == 1)
                #expect(console.logins == round)
                console.expireSessions()
            }
        }
    }

    @Test("one page with status 200 costs nobody the session")
    func onePage() async throws {
        try await withConsole { console, client in
            console.on(Self.query, .html(ScriptedConsole.loginPage), .json(Tutorials.failedProtectionAnswer))
            let answer = try await client.failedProtections()
            #expect(answer.rows.count == 1)
            #expect(console.logins == 1)
            #expect(Set(console.seen(Self.query).map { $0.headers.first("Cookie") ?? "" }).count == 1)
        }
    }

    @Test("one page in the new session, too, is not held against it")
    func onePageEach() async throws {
        try await withConsole { console, client in
            console.on(Self.query) { _, count in
                count < 4 ? .html(ScriptedConsole.loginPage) : .json(Tutorials.failedProtectionAnswer)
            }
            let answer = try await client.failedProtections()
            #expect(answer.rows.count == 1)
            #expect(console.logins == 2)
        }
    }

    @Test("a page for an order with an effect is not sent for again")
    func pageForOrder() async throws {
        try await withConsole { console, client in
            console.on("/rest/remediate", .html(ScriptedConsole.loginPage))
            guard case .mayHaveRun = await client.remediate(Self.order) else {
                Issue.record("judged otherwise")
                return
            }
            #expect(console.seen("/rest/remediate").count == 1)
        }
    }

    @Test("a page with status 200, and another, mean a lost session", arguments: [true, false])
    func pageForJSON(isMarked: Bool) async throws {
        try await withConsole { console, client in
            console.on(Self.query) { _, count in
                if count > 2 { return .json(Tutorials.failedProtectionAnswer) }
                let page = ServerResponse.html(ScriptedConsole.loginPage)
                return isMarked ? page : .json(ScriptedConsole.loginPage)
            }
            let answer = try await client.failedProtections()
            #expect(answer.rows.count == 1)
            #expect(console.logins == 2)
        }
    }

    @Test("an endpoint that always answers with a page does not cost a login each time")
    func pageAlways() async throws {
        try await withConsole { console, client in
            console.on(Self.query, .html("<html>broken</html>"))
            for _ in 1...5 {
                let error = await consoleError { () async throws(ConsoleError) in
                    _ = try await client.failedProtections()
                }
                #expect(error?.kind == .notUnderstood)
            }
            #expect(console.logins == 2)
        }
    }

    @Test("the cookie of a refused request never takes the place of the session's")
    func anonymousCookie() async throws {
        try await withConsole { console, client in
            console.on(Self.query) { _, count in
                var response = ServerResponse.json(Tutorials.failedProtectionAnswer)
                response.headers.add("Set-Cookie", "JSESSIONID=\(String(repeating: "F", count: 32)); Path=/")
                return response
            }
            for _ in 1...2 { _ = try await client.failedProtections() }
            let cookies = Set(console.seen(Self.query).map { $0.headers.first("Cookie") ?? "" })
            #expect(cookies == ["JSESSIONID=" + String(repeating: "0", count: 31) + "1"])
        }
    }

    @Test("a redirect is never followed")
    func redirects() async throws {
        try await withConsole { console, client in
            console.on(Self.query, .redirect(to: "/rest/elsewhere"))
            let error = await consoleError { () async throws(ConsoleError) in _ = try await client.failedProtections() }
            #expect(error?.kind == .notUnderstood)
            #expect(console.seen("/rest/elsewhere").isEmpty)
        }
    }

    @Test("logging out ends the session, and the next call logs in again")
    func logOut() async throws {
        try await withConsole { console, client in
            try await client.logIn()
            await client.logOut()
            #expect(console.seen("/logout").count == 1)
            try await client.logIn()
            #expect(console.logins == 2)
        }
    }

    private static func inParallel(_ count: Int, _ call: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...count { group.addTask { try await call() } }
            try await group.waitForAll()
        }
    }

    /// Rows `r0`, `r1`, … of the page that a request asks for; half of it when it comes without a token.
    static func page(of request: ScriptedConsole.Seen, total: Int) -> String {
        let size = 2
        let index = request.target.split(separator: "page=").dropFirst().first.flatMap { Int($0.prefix { $0 != "&" }) }
        let start = (index ?? 0) * size
        let length = request.headers.first("Pagination-Token") == "T/1" ? size : 1
        let rows = (start..<max(start, min(total, start + length))).map { #""r\#($0)":{}"# }
        return #"{"status":"SUCCESS","data":{"resultIdToElementDataMap":{\#(rows.joined(separator: ","))},"#
            + #""totalResults":\#(total),"paginationToken":"T/1"}}"#
    }
}
