import Testing

@testable import Cybereason

@Suite("The state of the login")
struct LoginStateTests {
    private let start = ContinuousClock.now
    private var state = LoginState(Self.settings)

    private static var settings: SessionSettings {
        var settings = SessionSettings()
        settings.lifetime = .seconds(1000)
        settings.renewAfter = .seconds(800)
        settings.refusalBackoff = Backoff(base: .seconds(60), cap: .seconds(240))
        settings.shortBackoff = Backoff(base: .seconds(1), cap: .seconds(4))
        settings.loginBurst = 5
        settings.loginInterval = .seconds(30)
        settings.provedLoginInterval = .seconds(3)
        return settings
    }

    private func instant(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    private func cookies(_ id: String) throws -> SessionCookies {
        try #require(SessionCookies(setCookie: ["JSESSIONID=\(id)"]))
    }

    private mutating func logIn(_ id: String, at seconds: Int) throws -> LoginState.Session {
        #expect(state.next(at: instant(seconds)) == .start)
        return state.succeeded(try cookies(id), at: instant(seconds))
    }

    @Test("starts one login; others wait for it and then use its session")
    mutating func oneLogin() throws {
        #expect(state.next(at: start) == .start)
        #expect(state.next(at: start) == .wait)
        let session = state.succeeded(try cookies("A"), at: start)
        #expect(state.next(at: start) == .use(session))
    }

    @Test("ignores the failure of an old session")
    mutating func staleFailure() throws {
        let old = try logIn("A", at: 0)
        state.prove(old)
        #expect(state.invalidate(old, at: instant(1)) == true)
        let new = try logIn("B", at: 1)
        #expect(state.invalidate(old, at: instant(2)) == false)
        #expect(state.next(at: instant(2)) == .use(new))
    }

    @Test("renews a session before its end, while it is still in use")
    mutating func renewal() throws {
        let old = try logIn("A", at: 0)
        #expect(state.next(at: instant(799)) == .use(old))
        #expect(state.next(at: instant(800)) == .renew(old))
        #expect(state.next(at: instant(800)) == .use(old))
        let new = state.succeeded(try cookies("B"), at: instant(801))
        #expect(state.next(at: instant(802)) == .use(new))
    }

    @Test("goes on with an old session when its renewal fails, until its end")
    mutating func failedRenewal() throws {
        let old = try logIn("A", at: 0)
        #expect(state.next(at: instant(800)) == .renew(old))
        _ = state.failed(.init(error: ConsoleError(.unavailable, "away")), at: instant(801), chance: 1)
        #expect(state.next(at: instant(801)) == .use(old))
        #expect(state.next(at: instant(803)) == .renew(old))
        _ = state.failed(.init(error: ConsoleError(.unavailable, "away")), at: instant(999), chance: 1)
        guard case .refuse(let error) = state.next(at: instant(1000)) else {
            Issue.record("used past its end")
            return
        }
        #expect(error.kind == .unavailable)
    }

    @Test("holds logins back after bad credentials, longer every time")
    mutating func badCredentials() {
        var now = 0
        for pause in [60, 120, 240, 240] {
            #expect(state.next(at: instant(now)) == .start)
            let error = state.failed(.init(error: ConsoleError(.badCredentials, "no")), at: instant(now), chance: 0)
            #expect(error.retryAfter == .seconds(pause))
            guard case .refuse(let refusal) = state.next(at: instant(now + pause - 1)) else {
                Issue.record("logged in too early")
                return
            }
            #expect(refusal.kind == .badCredentials)
            #expect(refusal.retryAfter == .seconds(1))
            now += pause
        }
    }

    private mutating func refused(
        at seconds: Int, explained: Bool, _ kind: ConsoleError.Kind = .badCredentials
    ) -> ConsoleError {
        #expect(state.next(at: instant(seconds)) == .start)
        let failure = LoginExchange.Failure(error: ConsoleError(kind, "no"), isCertain: explained)
        return state.failed(failure, at: instant(seconds), chance: 0)
    }

    @Test("confirms once, and soon, a refusal that nobody explained; the second in a row counts")
    mutating func unexplained() {
        let first = refused(at: 0, explained: false)
        #expect(first.kind == .unavailable && !first.refusesAccount)
        #expect(first.retryAfter == .seconds(5))
        guard case .refuse = state.next(at: instant(4)) else {
            Issue.record("logged in too early")
            return
        }
        let second = refused(at: 5, explained: false)
        #expect(second.kind == .badCredentials)
        #expect(second.retryAfter == .seconds(60))
        #expect(refused(at: 65, explained: false).retryAfter == .seconds(120))
    }

    @Test("counts a refusal as the second one whatever failed since the first")
    mutating func unexplainedTwice() {
        _ = refused(at: 0, explained: false)
        #expect(refused(at: 6, explained: true, .timeout).retryAfter == .zero)
        #expect(refused(at: 20, explained: false).retryAfter == .seconds(60))
    }

    @Test("does not doubt any more once the account was refused in so many words")
    mutating func explained() {
        #expect(refused(at: 0, explained: true).retryAfter == .seconds(60))
        #expect(refused(at: 60, explained: false).retryAfter == .seconds(120))
    }

    @Test("doubts again after a login that worked")
    mutating func doubtsAgain() throws {
        _ = refused(at: 0, explained: false)
        let session = try logIn("A", at: 5)
        state.prove(session)
        #expect(state.invalidate(session, at: instant(6)) == true)
        #expect(refused(at: 6, explained: false).retryAfter == .seconds(5))
    }

    @Test("holds logins back for as long as the console asks")
    mutating func throttled() {
        #expect(state.next(at: start) == .start)
        let error = ConsoleError(.throttled, "slow down", retryAfter: .seconds(20))
        #expect(state.failed(.init(error: error), at: start, chance: 0.5).retryAfter == .milliseconds(20_500))
    }

    @Test("stops logging in when new sessions are refused right away")
    mutating func shortLived() throws {
        let first = try logIn("A", at: 0)
        #expect(state.invalidate(first, at: start) == true)
        let second = try logIn("B", at: 0)
        #expect(state.invalidate(second, at: start) == true)
        guard case .refuse(let error) = state.next(at: start) else {
            Issue.record("logged in again")
            return
        }
        #expect(error.kind == .sessionInvalid)
        #expect(state.next(at: instant(2)) == .start)
    }

    @Test("limits logins even when every session works for a moment")
    mutating func pingPong() throws {
        for id in 1...5 {
            let session = try logIn("\(id)", at: 0)
            state.prove(session)
            #expect(state.invalidate(session, at: start) == true)
        }
        guard case .refuse(let error) = state.next(at: start) else {
            Issue.record("no limit")
            return
        }
        #expect(error.retryAfter == .seconds(3))
        #expect(state.next(at: instant(3)) == .start)
    }

    @Test("limits logins more while no session works, and forgets them once one does")
    mutating func noneWorks() throws {
        for second in 0..<5 {
            #expect(state.next(at: instant(second * 5)) == .start)
            let failure = LoginExchange.Failure(error: ConsoleError(.unavailable, "odd"))
            _ = state.failed(failure, at: instant(second * 5), chance: 0)
        }
        guard case .refuse(let error) = state.next(at: instant(25)) else {
            Issue.record("no limit")
            return
        }
        #expect(error.retryAfter == .seconds(5))
        let session = try logIn("A", at: 30)
        state.prove(session)
        #expect(state.invalidate(session, at: instant(31)) == true)
        #expect(state.next(at: instant(31)) == .start)
    }

    @Test("takes no more pages for lost sessions once one came within a new session")
    mutating func pages() {
        #expect(state.pagesMeanLogin(at: start))
        state.trustPagesNoMore(at: start)
        #expect(!state.pagesMeanLogin(at: instant(59)))
        #expect(state.pagesMeanLogin(at: instant(60)))
    }
}
