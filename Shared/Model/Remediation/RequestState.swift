public import JSON

/// The state of a request as its results show it.
public enum RequestState: String, JSONName, CaseIterable, Sendable {
    // Open.

    /// Taken; being checked or sent.
    case accepted = "ACCEPTED"

    /// Waits for what its reason says: an approval, room under a cap, the end of a halt, the machine, the console.
    case held = "HELD"

    /// The console took it and has not yet said how it goes.
    case submitted = "SUBMITTED"

    /// The console reports that it works on it.
    case inProgress = "IN_PROGRESS"

    /// It was sent, but the answer was lost; Riposte is finding out.
    case uncertain = "UNCERTAIN"

    /// Whether the console acted cannot be found out; a person has to look. It is not sent again.
    case parked = "PARKED"

    // Ended.

    /// Every check ran and nothing was sent: an observe mode of whatever kind, or a dry run.
    case observed = "OBSERVED"

    /// Nothing was sent by our own rules, or the console refused.
    case refused = "REFUSED"

    /// A person denied it, or nobody approved it in time; nothing was sent.
    case denied = "DENIED"

    /// Not sent before its `notAfter`.
    case expired = "EXPIRED"

    /// The console reported that every action succeeded.
    case succeeded = "SUCCEEDED"

    /// The console reported that some actions succeeded and others did not.
    case partial = "PARTIAL"

    /// The console reported that no action succeeded.
    case failed = "FAILED"

    /// Aborted on the console before it ended.
    case aborted = "ABORTED"

    /// The deadline passed before the console reported.
    case timedOut = "TIMED_OUT"

    /// The console cannot or did not tell.
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
    /// The console has said nothing of it, or that it waits.
    case pending = "PENDING"

    /// The sensor works on it.
    case inProgress = "IN_PROGRESS"

    /// Done.
    case succeeded = "SUCCEEDED"

    /// Not done; ``ActionResult/error`` has why, where the console says so.
    case failed = "FAILED"

    /// Given up before it was done.
    case aborted = "ABORTED"

    /// The console had reported no end by the deadline. It may do so later.
    case timedOut = "TIMED_OUT"

    /// The console cannot tell, or has a word that we do not know.
    case unknown = "UNKNOWN"

    /// Whether the console will say nothing more of it.
    public var isEnd: Bool { self != .pending && self != .inProgress }
}

/// Whether a new query confirms what the console reported.
public enum Verification: String, JSONName, CaseIterable, Sendable {
    /// No query has shown it yet.
    case pending = "PENDING"

    /// What the console reported is so.
    case verified = "VERIFIED"

    /// What the console reported is not so.
    case contradicted = "CONTRADICTED"

    /// No query can show it.
    case notVerifiable = "NOT_VERIFIABLE"
}
