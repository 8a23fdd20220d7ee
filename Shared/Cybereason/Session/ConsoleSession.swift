import HTTPClient
import Synchronization

/// Keeps one session with the console for all callers: whoever needs one while there is none waits for the same login.
final class ConsoleSession: Sendable {
    typealias Session = LoginState.Session

    private struct State {
        var login: LoginState
        var line = Waiters<Result<Session, ConsoleError>>()
    }

    private let credentials: Credentials
    private let exchange: Exchange
    private let state: Mutex<State>

    init(_ settings: ConsoleSettings, exchange: Exchange) {
        credentials = settings.credentials
        self.exchange = exchange
        state = Mutex(State(login: LoginState(settings.session)))
    }

    /// A session to send a request with; logs in if there is none.
    ///
    /// - Throws: ``ConsoleError``: why there is none.
    func current(until deadline: ContinuousClock.Instant) async throws(ConsoleError) -> Session {
        let now = exchange.timing.now()
        let (action, id) = state.withLock { state in
            let action = state.login.next(at: now)
            return (action, Self.waits(action) ? state.line.announce() : 0)
        }
        switch action {
        case .use(let session): return session
        case .renew(let session):
            startLogin()
            return session
        case .refuse(let error): throw error
        case .start: startLogin()
        case .wait: break
        }
        return try await outcome(for: id, until: deadline)
    }

    /// A session did not work. If it is still the current one, the next caller logs in.
    func invalidate(_ session: Session, route: String) {
        let now = exchange.timing.now()
        if state.withLock({ $0.login.invalidate(session, at: now) }) { exchange.observer.onSessionLost(route) }
    }

    /// Whether a page where JSON is due ends the session at present.
    var endsWithPages: Bool {
        let now = exchange.timing.now()
        return state.withLock { $0.login.pagesMeanLogin(at: now) }
    }

    /// A page came where JSON is due, which may mean that the session is invalid. True if it is treated as such.
    func suspect(_ session: Session, route: String) -> Bool {
        let now = exchange.timing.now()
        guard state.withLock({ $0.login.pagesMeanLogin(at: now) }) else { return false }
        invalidate(session, route: route)
        return true
    }

    /// A page came where JSON is due although the session is new.
    func trustPagesNoMore() {
        let now = exchange.timing.now()
        state.withLock { $0.login.trustPagesNoMore(at: now) }
    }

    /// A session worked.
    func prove(_ session: Session) {
        state.withLock { $0.login.prove(session) }
    }

    /// Why logging in is held back at present.
    var held: ConsoleError? {
        let now = exchange.timing.now()
        return state.withLock { $0.login.held(at: now) }
    }

    /// Ends the session at the console, if there is one; best effort.
    func logOut(until deadline: ContinuousClock.Instant) async {
        guard let session = state.withLock({ $0.login.forget() }) else { return }
        let call = Call.get("/logout", route: "/logout", .login, until: deadline)
        _ = await exchange.send(call, cookies: session.cookies.header, attempt: 1, waits: false)
    }

    private static func waits(_ action: LoginState.Action) -> Bool {
        switch action {
        case .start, .wait: true
        case .use, .renew, .refuse: false
        }
    }

    private func outcome(for id: Int, until deadline: ContinuousClock.Instant) async throws(ConsoleError) -> Session {
        let result = await Waiters<Result<Session, ConsoleError>>.wait(until: deadline, timing: exchange.timing) {
            continuation in
            join(id, continuation)
        } giveUp: { [self] in
            state.withLock { $0.line.giveUp(id) }?.resume(returning: nil)
        }
        if let result { return try result.get() }
        if Task.isCancelled { throw ConsoleError(.cancelled, "cancelled while waiting for a login") }
        throw ConsoleError(.timeout, "no session before the deadline")
    }

    /// The login may have ended between the question and the wait; then its outcome is taken at once.
    private func join(_ id: Int, _ continuation: Waiters<Result<Session, ConsoleError>>.Continuation) {
        let now = exchange.timing.now()
        let ready: Result<Session, ConsoleError>?? = state.withLock { state in
            if !state.login.isFlying {
                state.line.withdraw(id)
                if let session = state.login.session { return .some(.success(session)) }
                let none = ConsoleError(.sessionInvalid, "the session was lost while waiting for it")
                return .some(.failure(state.login.held(at: now) ?? none))
            }
            return state.line.join(id, continuation) ? nil : .some(nil)
        }
        if let ready { continuation.resume(returning: ready) }
    }

    /// A task of its own, so that a caller who gives up does not take the login from the others.
    private func startLogin() {
        Task.detached { [self] in
            let start = exchange.timing.now()
            let verdict = await LoginExchange(credentials: credentials, exchange: exchange).run()
            let now = exchange.timing.now()
            let chance = exchange.timing.chance()
            let (result, waiting) = state.withLock { state in
                let result: Result<Session, ConsoleError> =
                    switch verdict {
                    case .success(let cookies): .success(state.login.succeeded(cookies, at: now))
                    case .failure(let failure): .failure(state.login.failed(failure, at: now, chance: chance))
                    }
                return (result, state.line.takeAll())
            }
            for continuation in waiting { continuation.resume(returning: result) }
            switch result {
            case .success: exchange.observer.onLogin(.succeeded(duration: start.duration(to: now)))
            case .failure(let error): exchange.observer.onLogin(.failed(error))
            }
        }
    }
}
