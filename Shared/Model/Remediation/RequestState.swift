public import JSON

/// The state of a request as its results show it.
public enum RequestState: String, JSONName, CaseIterable, Sendable {
    // Open.
    case accepted = "ACCEPTED"
    case held = "HELD"
    case submitted = "SUBMITTED"
    case inProgress = "IN_PROGRESS"
    case uncertain = "UNCERTAIN"
    case parked = "PARKED"

    // Ended.
    case observed = "OBSERVED"
    case refused = "REFUSED"
    case denied = "DENIED"
    case expired = "EXPIRED"
    case succeeded = "SUCCEEDED"
    case partial = "PARTIAL"
    case failed = "FAILED"
    case aborted = "ABORTED"
    case timedOut = "TIMED_OUT"
    case unknown = "UNKNOWN"

    /// Whether it is an end state: one that never changes.
    public var isEnd: Bool {
        switch self {
        case .accepted, .held, .submitted, .inProgress, .uncertain, .parked: false
        default: true
        }
    }
}

/// The state of one action of a request.
public enum ActionState: String, JSONName, CaseIterable, Sendable {
    case pending = "PENDING"
    case inProgress = "IN_PROGRESS"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    case aborted = "ABORTED"
    case timedOut = "TIMED_OUT"
    case unknown = "UNKNOWN"

    /// Whether the console will say nothing more of it.
    public var isEnd: Bool { self != .pending && self != .inProgress }
}

/// Whether a new query confirms what the console reported.
public enum Verification: String, JSONName, CaseIterable, Sendable {
    case pending = "PENDING"
    case verified = "VERIFIED"
    case contradicted = "CONTRADICTED"
    case notVerifiable = "NOT_VERIFIABLE"
}
