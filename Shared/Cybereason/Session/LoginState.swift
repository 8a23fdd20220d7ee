/// Who is logged in, who logs in, and when not to: a pure state machine, time comes in as an argument.
///
/// One login serves all callers. Sessions are counted, so that a failure that belongs to an old session does not end the
/// new one. Refused logins are held back for growing times, because a console locks an account after a few. A refusal that
/// nobody explained is confirmed once before it counts; whatever else goes wrong says nothing about the password.
struct LoginState: Sendable {
    /// A session and its number.
    struct Session: Sendable, Equatable {
        let cookies: SessionCookies
        let generation: Int
    }

    /// What a caller who needs a session is to do.
    enum Action: Sendable, Equatable {
        /// Use this one.
        case use(Session)
        /// Use this one, and start a login meanwhile because it is getting old.
        case renew(Session)
        /// Start a login and wait for it.
        case start
        /// Wait for the login that is under way.
        case wait
        /// Do without: logging in is not allowed now.
        case refuse(ConsoleError)
    }

    private struct Current {
        let session: Session
        let since: ContinuousClock.Instant
        var proved = false
    }

    private struct Hold {
        let error: ConsoleError
        let until: ContinuousClock.Instant
    }

    private let settings: SessionSettings
    private var generation = 0
    private var current: Current?
    private var flying = false
    private var hold: Hold?
    private var refusals = 0
    /// Whether a refusal that nobody explained came since the last login that worked.
    private var doubted = false
    private var failures = 0
    private var shortLived = 0
    private var pagesDistrusted: ContinuousClock.Instant?
    private var rate: LoginRate

    init(_ settings: SessionSettings) {
        self.settings = settings
        rate = LoginRate(settings)
    }

    /// Asks for a session.
    mutating func next(at now: ContinuousClock.Instant) -> Action {
        if let current, current.since.advanced(by: settings.lifetime) > now {
            let old = current.since.advanced(by: settings.renewAfter) <= now
            guard old, !flying, begin(at: now) == nil else { return .use(current.session) }
            return .renew(current.session)
        }
        current = nil
        if flying { return .wait }
        if let error = begin(at: now) { return .refuse(error) }
        return .start
    }

    /// A session was found invalid. True if it was the current one; an older one changes nothing.
    mutating func invalidate(_ session: Session, at now: ContinuousClock.Instant) -> Bool {
        guard let current, current.session.generation == session.generation else { return false }
        self.current = nil
        if current.proved {
            shortLived = 0
        } else {
            // Logged in, and refused at the first request: more logins will not help soon.
            shortLived += 1
            let pause = settings.shortBackoff.ceiling(afterFailures: shortLived)
            let error = ConsoleError(.sessionInvalid, "the console refused a new session right away", retryAfter: pause)
            if shortLived > 1 { hold = Hold(error: error, until: now.advanced(by: pause)) }
        }
        return true
    }

    /// A request was answered within a session, so it is a real one.
    mutating func prove(_ session: Session) {
        guard current?.session.generation == session.generation else { return }
        guard current?.proved == false else { return }
        current?.proved = true
        shortLived = 0
        rate.prove()
    }

    /// Whether a page where JSON is due is to be taken for the loss of the session.
    func pagesMeanLogin(at now: ContinuousClock.Instant) -> Bool {
        pagesDistrusted.map { $0 <= now } ?? true
    }

    /// A page came although the session is new: for a minute pages cost no more logins.
    mutating func trustPagesNoMore(at now: ContinuousClock.Instant) {
        pagesDistrusted = now.advanced(by: .seconds(60))
    }

    /// A login ended well.
    mutating func succeeded(_ cookies: SessionCookies, at now: ContinuousClock.Instant) -> Session {
        flying = false
        generation += 1
        hold = nil
        refusals = 0
        doubted = false
        failures = 0
        let session = Session(cookies: cookies, generation: generation)
        current = Current(session: session, since: now)
        return session
    }

    /// A login failed. The error says, with what is left of the pause, when the next one is allowed.
    mutating func failed(
        _ failure: LoginExchange.Failure, at now: ContinuousClock.Instant, chance: Double
    ) -> ConsoleError {
        flying = false
        var error = failure.error
        let pause: Duration
        switch error.kind {
        case .badCredentials where !failure.isCertain && !doubted && refusals == 0:
            doubted = true
            pause = settings.confirmAfter * (1 + chance / 5)
            let words = "\(error.detail); one more login will tell whether the account is refused"
            error = ConsoleError(.unavailable, words, status: error.status)
        case .badCredentials, .secondFactorRequired, .passwordExpired:
            refusals += 1
            pause = settings.refusalBackoff.ceiling(afterFailures: refusals)
        case .cancelled:
            return error
        default:
            failures += 1
            pause = settings.shortBackoff.pause(
                afterFailures: failures, chance: chance, floor: error.retryAfter ?? .zero)
        }
        let held = ConsoleError(error.kind, error.detail, status: error.status, retryAfter: pause)
        hold = Hold(error: held, until: now.advanced(by: pause))
        return held
    }

    /// Forgets the session, for a log-out; the session that was in use.
    mutating func forget() -> Session? {
        defer { current = nil }
        return current?.session
    }

    /// Whether a login is under way.
    var isFlying: Bool { flying }

    /// The session in use, without asking for one.
    var session: Session? { current?.session }

    /// Why logging in is held back at present, nil when it is not.
    func held(at now: ContinuousClock.Instant) -> ConsoleError? {
        guard let hold, hold.until > now else { return nil }
        return ConsoleError(
            hold.error.kind, hold.error.detail, status: hold.error.status, retryAfter: now.duration(to: hold.until))
    }

    private mutating func begin(at now: ContinuousClock.Instant) -> ConsoleError? {
        if let error = held(at: now) { return error }
        if let wait = rate.take(at: now) {
            return ConsoleError(.sessionInvalid, "too many logins in a short time", retryAfter: wait)
        }
        flying = true
        return nil
    }
}
