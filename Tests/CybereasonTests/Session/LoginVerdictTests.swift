import Testing

@testable import Cybereason

@Suite("An answer to the login form")
struct LoginVerdictTests {
    private static let cookie = "JSESSIONID=0123456789ABCDEF0123456789ABCDEF; Path=/; Max-Age=28800; HttpOnly; Secure"

    private func verdict(
        _ status: Int, _ location: String? = nil, cookies: [String] = [cookie], _ body: String = ""
    ) -> LoginVerdict {
        LoginVerdict(status: status, location: location, setCookie: cookies, body: Array(body.utf8))
    }

    private func kind(_ verdict: LoginVerdict) -> ConsoleError.Kind? {
        if case .refused(let kind, _) = verdict { kind } else { nil }
    }

    private func isUnexplained(_ verdict: LoginVerdict) -> Bool {
        if case .unexplained = verdict { true } else { false }
    }

    @Test("is a success when it sends to the application")
    func success() throws {
        let cookies = [
            "rememberMe=deleteMe; Path=/; Max-Age=0; Expires=Sun, 22-Nov-2026 08:00:00 GMT", Self.cookie,
            "AWSALB=abc/+=; Path=/",
        ]
        guard case .accepted(let session, let page) = verdict(302, "/#/current?", cookies: cookies) else {
            Issue.record("not accepted")
            return
        }
        #expect(session.header == "JSESSIONID=0123456789ABCDEF0123456789ABCDEF; AWSALB=abc/+=")
        #expect(page == "/")
    }

    @Test(
        "is a refusal when it sends to an error, whatever cookie comes with it",
        arguments: ["/login.html?error", "/login.html?error=true", "/LOGIN.HTML?ERROR=1", "https://x/error"])
    func error(location: String) {
        #expect(kind(verdict(302, location)) == .badCredentials)
    }

    @Test("is no login, but not explained, when it is the login page with status 200, or HTTP 401 or 403")
    func loginPage() {
        #expect(isUnexplained(verdict(200, nil, "<title>Cybereason | Login</title>")))
        #expect(isUnexplained(verdict(200, nil, "<body>\n<app-login></app-login></body>")))
        #expect(isUnexplained(verdict(401)))
        #expect(isUnexplained(verdict(403)))
    }

    @Test("tells an expired password and a second factor apart")
    func distinct() {
        #expect(kind(verdict(302, "/reset.html?originalurl=/current?")) == .passwordExpired)
        #expect(kind(verdict(200, nil, "<h1>Two factor authentication</h1>")) == .secondFactorRequired)
        #expect(
            kind(verdict(200, nil, "<TITLE>Cybereason | Login</TITLE> two Factor Authentication"))
                == .secondFactorRequired)
    }

    @Test("is in doubt when it sends back to the login page without an error")
    func doubt() {
        guard case .doubtful(_, let page) = verdict(302, "/login.html?tfa") else {
            Issue.record("no doubt")
            return
        }
        #expect(page == "/login.html?tfa")
        #expect(isUnexplained(verdict(302, "/login.html", cookies: [])))
    }

    @Test(
        "is no success without a redirect, or without a session cookie",
        arguments: [
            (200, ConsoleError.Kind.notUnderstood), (404, .notUnderstood), (429, .throttled),
            (503, .unavailable),
        ])
    func other(status: Int, expected: ConsoleError.Kind) {
        #expect(kind(verdict(status)) == expected)
    }

    @Test("needs a session cookie that can be sent back")
    func cookies() {
        for cookies in [[], ["other=1"], ["JSESSIONID="], ["JSESSIONID=a b"], ["JSESSIONID=1; Max-Age=0"]] {
            #expect(kind(verdict(302, "/#/current?", cookies: cookies)) == .notUnderstood)
        }
        #expect(kind(verdict(302, nil)) == .notUnderstood)
    }

    @Test(
        "never leads to another host",
        arguments: [
            ("https://evil.example/path?x#y", "/path?x"), ("//evil.example/x", "/"), ("http://evil.example", "/"),
            ("relative", "/"), ("/a b", "/"),
        ])
    func sameHost(location: String, page: String) {
        guard case .accepted(_, let found) = verdict(302, location) else {
            Issue.record("not accepted")
            return
        }
        #expect(found == page)
    }

    @Test("a secret does not show")
    func secret() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(Credentials(username: "u", password: secret), to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret.reveal() == "hunter2")
    }
}
