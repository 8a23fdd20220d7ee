/// Why a call gave no usable answer.
public struct ConsoleError: Error, Sendable, Equatable {
    /// What kind of failure it is, and thereby what can be done about it.
    public enum Kind: String, Sendable, Hashable {
        /// The console refused the user name or password. Logins are held back to keep the account from being locked.
        case badCredentials
        /// The console asks for a second factor, which an unattended service cannot give.
        case secondFactorRequired
        /// The console wants the password to be changed before anything else.
        case passwordExpired
        /// A new session was refused right away, although the login had succeeded.
        case sessionInvalid
        /// The account lacks the role for this request (HTTP 403).
        case forbidden
        /// No such thing, or the console is older than the request (HTTP 404).
        case notFound
        /// The console refused the request (another HTTP 4xx).
        case rejected
        /// Too many requests (HTTP 429), or the host asked for a pause.
        case throttled
        /// No connection, a cut connection, an HTTP 5xx, an open circuit breaker, or a 4xx that something else than
        /// the console's REST interface wrote in its place.
        case unavailable
        /// A time limit passed: of the connection, the console's query, or the caller's deadline.
        case timeout
        /// The answer was larger than allowed.
        case tooLarge
        /// An answer came, but not one that is documented for this request.
        case notUnderstood
        /// A value from outside cannot be put into a request: empty, too long or with control characters.
        case invalidArgument
        /// The calling task was cancelled, or the client was shut down.
        case cancelled
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// Plain words for a log: what happened, with the platform's own words where it gave any. Never a secret.
    public let detail: String
    /// The HTTP status, when an answer came.
    public let status: Int?
    /// How long not to try again, when the host or the client's own protection says so.
    public let retryAfter: Duration?

    /// An error of a kind.
    public init(_ kind: Kind, _ detail: String, status: Int? = nil, retryAfter: Duration? = nil) {
        self.kind = kind
        self.detail = detail
        self.status = status
        self.retryAfter = retryAfter
    }

    /// Whether the same call may succeed later without anybody changing anything.
    public var isTransient: Bool {
        switch kind {
        case .throttled, .unavailable, .timeout, .sessionInvalid: true
        default: false
        }
    }

    /// Whether the console refused the account itself: nothing works before a person has changed something, and each
    /// login until then may help to lock the account.
    public var refusesAccount: Bool {
        switch kind {
        case .badCredentials, .secondFactorRequired, .passwordExpired: true
        default: false
        }
    }
}

extension ConsoleError: CustomStringConvertible {
    /// Kind, status and detail in one line.
    public var description: String {
        let code = status.map { " (HTTP \($0))" } ?? ""
        return "\(kind.rawValue)\(code): \(detail)"
    }
}
