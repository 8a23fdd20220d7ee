import HTTPServer
import Testing

@testable import Cybereason

@Suite("An odd answer to the login")
struct OddLoginTests {
    private static let query = "/rest/visualsearch/query/simple"

    private static var loginPage: ServerResponse {
        var page = ServerResponse.html(ScriptedConsole.loginPage)
        page.headers.add("Set-Cookie", "JSESSIONID=0123456789ABCDEF0123456789ABCDEF; Path=/")
        return page
    }

    @Test(
        "costs a read a moment, not the session of a minute",
        arguments: [
            loginPage, .html("<html>maintenance</html>"), .text("garbage"), .status(404), .status(403),
            .redirect(to: "/login.html"), .redirect(to: "/elsewhere"),
        ])
    func once(odd: ServerResponse) async throws {
        try await withConsole {
            $0.session.confirmAfter = .milliseconds(1)
        } _: { console, client in
            console.on(Self.query, .json(Tutorials.failedProtectionAnswer))
            console.onLogin { _, count in count == 1 ? odd : console.logIn() }
            let answer = try await client.failedProtections()
            #expect(answer.rows.count == 1)
            #expect(console.logins == 2)
        }
    }

    @Test("that is the login page again is a refused account, and is not tried again and again")
    func loginPageTwice() async throws {
        try await withConsole {
            $0.session.confirmAfter = .zero
        } _: { console, client in
            console.onLogin { _, _ in Self.loginPage }
            var errors: [ConsoleError?] = []
            for _ in 1...4 {
                errors.append(
                    await consoleError { () async throws(ConsoleError) in
                        try await client.logIn()
                    })
            }
            #expect(errors.map { $0?.kind } == [.unavailable, .badCredentials, .badCredentials, .badCredentials])
            #expect(errors.last??.retryAfter ?? .zero > .seconds(50))
            #expect(console.logins == 2)
        }
    }

    @Test("that is the login page behind a redirect is confirmed, too")
    func loginPageBehind() async throws {
        try await withConsole {
            $0.session.confirmAfter = .zero
        } _: { console, client in
            console.show(page: ScriptedConsole.loginPage)
            let first = await consoleError { () async throws(ConsoleError) in try await client.logIn() }
            #expect(first?.kind == .unavailable)
            console.show(page: "<app></app>")
            try await client.logIn()
        }
    }

    @Test("never understood is a console that is away: it says nothing of the account or of a request")
    func notUnderstood() async throws {
        try await withConsole { console, client in
            console.onLogin { _, _ in .html("<html>maintenance</html>") }
            let error = await consoleError { () async throws(ConsoleError) in _ = try await client.failedProtections() }
            #expect(error?.kind == .unavailable)
            #expect(error?.retryAfter ?? .seconds(60) < .seconds(1))
        }
    }
}
