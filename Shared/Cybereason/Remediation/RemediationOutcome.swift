import HTTPClient

/// How an attempt to have actions carried out ended. The client never repeats one that may have run.
public enum RemediationOutcome: Sendable, Equatable {
    /// The console accepted it and carries it out; follow it with the report's id.
    case submitted(RemediationReport)
    /// The console's REST interface refused it, in its own words; nothing was carried out.
    case refused(Refusal)
    /// It was not carried out, provably. It may be tried again, not before `retryAfter`.
    case notSent(NotSent)
    /// It may or may not have been carried out. Ask the console before anything else.
    case mayHaveRun(UncertainReason)
}

/// The console's refusal.
public struct Refusal: Sendable, Equatable {
    /// The HTTP status, 400 to 499.
    public let status: Int
    /// The platform's own words, cut to 400 characters.
    public let words: String

    /// A refusal.
    public init(status: Int, words: String) {
        self.status = status
        self.words = words
    }
}

/// Why something provably did not happen.
public struct NotSent: Error, Sendable, Equatable {
    /// What kind of reason it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The caller's own gate said no.
        case gateClosed
        /// The console asked for a login instead, twice.
        case loggedOut
        /// There was no session to send it with.
        case noSession
        /// The console refused the account: a wrong or expired password, or a second factor.
        case accountRefused
        /// HTTP 429, or the host asked for a pause.
        case throttled
        /// No connection came about, or it ended before the request was complete.
        case connection
        /// The circuit breaker is open, or there was no turn before the deadline.
        case heldBack
        /// The order holds something that cannot be sent, now and later.
        case invalidOrder
        /// What the client made of it, its address or its headers, cannot be sent. The order is not to blame.
        case malformed
        /// The calling task was cancelled, or the client was shut down.
        case cancelled
    }

    /// What kind of reason it is.
    public let kind: Kind
    /// Plain words for a log.
    public let detail: String
    /// How long not to try again, when the host or the client's own protection says so.
    public let retryAfter: Duration?

    /// A reason.
    public init(_ kind: Kind, _ detail: String, retryAfter: Duration?) {
        self.kind = kind
        self.detail = detail
        self.retryAfter = retryAfter
    }
}

extension NotSent {
    init(_ error: ConsoleError) {
        let kind: Kind =
            switch error.kind {
            case .throttled: .throttled
            case .cancelled: .cancelled
            default: .heldBack
            }
        self.init(kind, error.description, retryAfter: error.retryAfter)
    }

    /// What the caller asked for cannot be put into a request.
    static func invalid(_ error: ConsoleError) -> NotSent {
        NotSent(.invalidOrder, error.description, retryAfter: nil)
    }

    init(_ failure: HTTPFailure) {
        let kind: Kind =
            switch failure.reason {
            case .gateClosed: .gateClosed
            case .cancelled, .shutDown: .cancelled
            case .malformed: .malformed
            default: .connection
            }
        self.init(kind, "\(failure)", retryAfter: nil)
    }
}

/// Why nobody can tell whether something happened.
public struct UncertainReason: Sendable, Equatable {
    /// What kind of reason it is.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The connection ended before an answer.
        case cut
        /// No answer in time.
        case timeout
        /// HTTP 5xx.
        case serverError
        /// An answer came that is not documented for this request.
        case notUnderstood
        /// The calling task was cancelled, or the client shut down, while the request was out.
        case cancelled
    }

    /// What kind of reason it is.
    public let kind: Kind
    /// Plain words for a log, with the platform's own where it gave any.
    public let detail: String
    /// The HTTP status, when an answer came.
    public let status: Int?

    /// A reason.
    public init(_ kind: Kind, _ detail: String, status: Int? = nil) {
        self.kind = kind
        self.detail = detail
        self.status = status
    }

    init(_ failure: HTTPFailure) {
        var status: Int?
        if case .answered(let code) = failure.delivery { status = code }
        let kind: Kind =
            switch failure.reason {
            case .timeout: .timeout
            case .cancelled, .shutDown: .cancelled
            case .tooLarge, .malformed: .notUnderstood
            default: .cut
            }
        self.init(kind, "\(failure)", status: status)
    }
}
