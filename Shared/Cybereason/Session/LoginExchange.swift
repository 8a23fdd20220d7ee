import HTTPClient

/// Sends the login form and looks at the page behind it, as a browser would: a second question shows only there.
struct LoginExchange: Sendable {
    let credentials: Credentials
    let exchange: Exchange

    /// Why a login gave no session.
    struct Failure: Error {
        let error: ConsoleError
        /// False for a refusal of the account that only looks like one.
        var isCertain = true
    }

    /// The cookies of the new session, or why there is none.
    func run() async -> Result<SessionCookies, Failure> {
        let deadline = exchange.timing.now().advanced(by: exchange.settings.callTime(of: .login))
        let response: HTTPResponse
        switch await exchange.send(form(until: deadline), cookies: nil, attempt: 1, once: true, waits: false) {
        case .replied(let answer): response = answer
        case .failed(let failure): return .failure(Failure(error: Self.unavailable(failure)))
        case .held(let error): return .failure(Failure(error: error))
        }
        let verdict = LoginVerdict(
            status: response.status, location: response.headers.first("Location"),
            setCookie: response.headers.all("Set-Cookie"), body: response.body)
        switch verdict {
        case .refused(.throttled, let words): return .failure(Failure(error: throttled(response, words)))
        case .refused, .unexplained: return .failure(Self.failure(verdict, status: response.status))
        case .accepted(let cookies, let page):
            return await look(at: page, cookies, until: deadline).map { .failure($0) } ?? .success(cookies)
        case .doubtful(let cookies, let page):
            let doubt = LoginVerdict.unexplained("the console sent the login back to its login page")
            let found = await look(at: page, cookies, until: deadline)
            return .failure(found ?? Self.failure(doubt, status: response.status))
        }
    }

    /// The failure that a verdict other than a success means. An answer that cannot be understood says as little about
    /// the account as none does, and nothing about the request that needs the login.
    private static func failure(_ verdict: LoginVerdict, status: Int) -> Failure {
        switch verdict {
        case .refused(.notUnderstood, let words):
            Failure(error: ConsoleError(.unavailable, words, status: status))
        case .refused(let kind, let words):
            Failure(error: ConsoleError(kind, words, status: status))
        case .unexplained(let words):
            Failure(error: ConsoleError(.badCredentials, words, status: status), isCertain: false)
        case .accepted, .doubtful:
            Failure(error: ConsoleError(.unavailable, "the login led to no session", status: status))
        }
    }

    private func form(until deadline: ContinuousClock.Instant) -> Call {
        let body = PercentEncoding.form([
            (name: "username", value: credentials.username), (name: "password", value: credentials.password.reveal()),
        ])
        let type = (name: "Content-Type", value: "application/x-www-form-urlencoded")
        return Call(
            route: "/login.html", method: .post, target: "/login.html", headers: [type], body: body, endpoint: .login,
            deadline: deadline)
    }

    /// What the page behind the redirect asks for. Only a page that asks for something more is held against the login: a console that does not answer here may
    /// still be one that works.
    private func look(
        at page: String, _ cookies: SessionCookies, until deadline: ContinuousClock.Instant
    ) async -> Failure? {
        let call = Call.get(page, route: "/", .login, until: deadline)
        if case .replied(let response) = await exchange.send(call, cookies: cookies.header, attempt: 1, waits: false),
            let verdict = LoginVerdict.refusal(onPage: ConsolePage(body: response.body))
        {
            return Self.failure(verdict, status: response.status)
        }
        return nil
    }

    private func throttled(_ response: HTTPResponse, _ words: String) -> ConsoleError {
        let asked = Reply.pause(response, now: exchange.timing.wall(), settings: exchange.settings)
        let pause = asked ?? exchange.settings.defaultPause
        exchange.host.pause(for: pause)
        return ConsoleError(.throttled, words, status: 429, retryAfter: pause)
    }

    /// Whatever went wrong on the way, it says nothing about the credentials.
    private static func unavailable(_ failure: HTTPFailure) -> ConsoleError {
        let error = failure.consoleError
        let kind: ConsoleError.Kind = error.kind == .timeout ? .timeout : .unavailable
        return ConsoleError(kind, "login: \(error.detail)", status: error.status)
    }
}
