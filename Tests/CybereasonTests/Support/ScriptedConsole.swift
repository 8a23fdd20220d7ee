import HTTPClient
import HTTPServer
import Synchronization

@testable import Cybereason

/// A console for tests: keeps sessions as the real one does and answers what the test says, over a real socket.
final class ScriptedConsole: Sendable {
    /// A request as it arrived.
    struct Seen: Sendable {
        let method: String
        let target: String
        let headers: ServerHeaders
        let body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    typealias Answer = @Sendable (_ request: Seen, _ count: Int) async -> ServerResponse

    private struct State {
        var seen: [Seen] = []
        var answers: [String: Answer] = [:]
        var counts: [String: Int] = [:]
        var sessions: Set<String> = []
        var issued = 0
        var refusesLogins = false
        var login: Answer?
        var page = "<title>Cybereason</title><app></app>"
    }

    static let loginPage = """
        <!doctype html>
        <html lang="en">
        <head>
            <meta charset="utf-8">
            <title>Cybereason | Login</title>
            <base href="/">
        </head>
        <body class="cbr-theme-dark">
            <app-login></app-login>
        </body>
        </html>
        """

    private let state: Mutex<State>
    private let server: HTTPServer
    let url: String

    init() throws {
        let relay = Relay()
        server = HTTPServer { request in await relay.respond(to: request) }
        url = "http://127.0.0.1:\(try server.start())"
        state = Mutex(State())
        relay.console.withLock { $0 = Weak(self) }
    }

    func stop() async { _ = await server.stop(grace: .seconds(1)) }

    /// What to answer to a path; `count` is 1 for its first request within a valid session.
    func on(_ path: String, _ answer: @escaping Answer) { state.withLock { $0.answers[path] = answer } }

    /// What to answer to a path, the last answer again and again.
    func on(_ path: String, _ answers: ServerResponse...) {
        on(path) { _, count in answers[min(count, answers.count) - 1] }
    }

    /// What to answer to the login form.
    func onLogin(_ answer: @escaping Answer) { state.withLock { $0.login = answer } }

    /// What to show behind the login.
    func show(page: String) { state.withLock { $0.page = page } }

    /// Ends every session.
    func expireSessions() { state.withLock { $0.sessions = [] } }

    /// Whether the login form sends everybody away.
    func refuseLogins(_ refuses: Bool = true) { state.withLock { $0.refusesLogins = refuses } }

    /// Every request that arrived, in order.
    var seen: [Seen] { state.withLock { $0.seen } }

    /// Requests to a path, with or without a query.
    func seen(_ path: String) -> [Seen] {
        seen.filter { $0.target.prefix { $0 != "?" } == path }
    }

    /// How often the login form was sent.
    var logins: Int { seen.count { $0.method == "POST" && $0.target == "/login.html" } }

    private func respond(to request: ServerRequest) async -> ServerResponse {
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        let seen = Seen(
            method: request.method, target: request.rawPath + (query.isEmpty ? "" : "?" + query),
            headers: request.headers, body: request.body)
        state.withLock { $0.seen.append(seen) }
        if request.path.hasPrefix("/rest") { return await rest(request, seen) }
        switch (request.method, request.path) {
        case ("POST", "/login.html"):
            if let login = state.withLock({ $0.login }) { return await login(seen, logins) }
            return logIn()
        case ("GET", "/login.html"): return .html(Self.loginPage)
        case ("GET", "/logout"): return anonymous()
        default: return .html(state.withLock { $0.page })
        }
    }

    /// A login that works, whatever the credentials.
    func logIn() -> ServerResponse {
        if state.withLock({ $0.refusesLogins }) {
            var response = ServerResponse.redirect(to: "/login.html?error=true")
            response.headers.add("Set-Cookie", "JSESSIONID=\(newID(valid: false)); Path=/; Max-Age=28800; HttpOnly")
            return response
        }
        var response = ServerResponse.redirect(to: "/#/current?")
        response.headers.add("Set-Cookie", "rememberMe=deleteMe; Path=/; Max-Age=0")
        response.headers.add("Set-Cookie", "JSESSIONID=\(newID(valid: true)); Path=/; Max-Age=28800; HttpOnly; Secure")
        return response
    }

    private func rest(_ request: ServerRequest, _ seen: Seen) async -> ServerResponse {
        let needsSession = !request.path.hasPrefix("/rest/classification_v1")
        let cookie = request.headers.first("Cookie") ?? ""
        let isValid = state.withLock { state in state.sessions.contains { cookie.contains("JSESSIONID=\($0)") } }
        guard isValid || !needsSession else { return anonymous() }
        let (answer, count) = state.withLock { state in
            state.counts[request.path, default: 0] += 1
            return (state.answers[request.path], state.counts[request.path] ?? 0)
        }
        return await answer?(seen, count) ?? .text("Not Found", status: 404)
    }

    /// As the real console: a redirect, and a session that is nobody's.
    private func anonymous() -> ServerResponse {
        var response = ServerResponse.redirect(to: "/login.html")
        response.headers.add("Set-Cookie", "JSESSIONID=\(newID(valid: false)); Path=/; Max-Age=28800; HttpOnly")
        return response
    }

    private func newID(valid: Bool) -> String {
        state.withLock { state in
            state.issued += 1
            let digits = String(state.issued, radix: 16, uppercase: true)
            let id = String(repeating: "0", count: 32 - digits.count) + digits
            if valid { state.sessions.insert(id) }
            return id
        }
    }

    private struct Weak: Sendable {
        weak let console: ScriptedConsole?
        init(_ console: ScriptedConsole) { self.console = console }
    }

    private final class Relay: Sendable {
        let console = Mutex<Weak?>(nil)

        func respond(to request: ServerRequest) async -> ServerResponse {
            await console.withLock { $0?.console }?.respond(to: request) ?? .status(503)
        }
    }
}
