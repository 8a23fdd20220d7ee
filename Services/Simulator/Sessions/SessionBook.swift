/// What a session's cookie stands for.
enum Standing: Sendable, Equatable {
    /// Handed out to anyone: having a cookie proves nothing.
    case anonymous
    case authenticated(user: String)
    /// The password was right, the code of the second factor is missing.
    case awaitingCode(user: String)
    /// The password was right but has expired.
    case awaitingPassword(user: String)
}

/// All sessions of the console.
struct SessionBook: Sendable {
    private struct Session: Sendable {
        var standing: Standing
        var expires: Int64
    }

    private var sessions: [String: Session] = [:]
    let lifetimeMs: Int64

    init(lifetimeMs: Int64) { self.lifetimeMs = lifetimeMs }

    mutating func open(_ standing: Standing, id: String, now: Int64) {
        if sessions.count > 10_000 { sessions = sessions.filter { $0.value.expires > now } }
        sessions[id] = Session(standing: standing, expires: now + lifetimeMs)
    }

    /// What the session stands for; anonymous if it is unknown or has expired.
    func standing(_ id: String?, now: Int64) -> Standing {
        guard let id, let session = sessions[id], session.expires > now else { return .anonymous }
        return session.standing
    }

    /// Ends one session; the next request with its cookie is sent to the login page.
    mutating func end(_ id: String) { sessions[id] = nil }

    mutating func endAll() { sessions = [:] }
}
