public import JSON

/// What the ledger knows of one request.
public struct LedgerRequest: Sendable, Hashable {
    /// Where a request stands between its acceptance and its end.
    public enum Phase: String, Sendable, Hashable {
        case accepted, held, intent, notSent, submitted, uncertain, parked, ended
    }

    /// How a request ended.
    public struct End: Sendable, Hashable {
        public let state: RequestState
        public let reason: Reason?
        public let detail: String?

        /// Each action's own state at the end; empty where nothing was sent.
        public let actions: [ActionResult]

        /// The log's clock.
        public let at: Timestamp
    }

    public let id: String

    /// What is asked.
    public let request: RemediationRequest

    /// The hash of what is asked.
    public let digest: String

    /// The record that it came from.
    public let origin: Origin?

    /// When the log took it.
    public let acceptedAt: Timestamp
    public let notAfter: Timestamp?
    public internal(set) var phase = Phase.accepted

    /// The highest attempt whose `INTENT` was allowed; 0 before the first.
    public internal(set) var attempt = 0

    /// Who wrote the `INTENT` of ``attempt``.
    public internal(set) var intentWriter: String?

    /// The console's time when the `INTENT` of ``attempt`` was written; nil if its writer did not know it.
    public internal(set) var intentConsoleTime: Timestamp?

    /// Why it is held, was not sent, is uncertain or parked.
    public internal(set) var reason: Reason?
    public internal(set) var detail: String?

    /// The console's id, once it took the request.
    public internal(set) var remediationId: String?
    public internal(set) var submittedAt: Timestamp?

    /// When the log took the console's id: what waits for the console's end counts from here.
    public internal(set) var submissionLoggedAt: Timestamp?

    /// The decisions about it, in the log's order.
    public internal(set) var decisions: [RemediationDecision] = []
    public internal(set) var end: End?

    /// The log's time of the last fact that changed it.
    public internal(set) var changedAt: Timestamp

    /// How many facts have changed it.
    public internal(set) var changes = 1

    /// Whether an attempt may be at the console, or on its way to it.
    public var isFiring: Bool {
        switch phase {
        case .intent, .submitted, .uncertain, .parked: true
        case .accepted, .held, .notSent, .ended: false
        }
    }

    /// Whether nothing of it is at the console, and it may still be sent.
    public var isWaiting: Bool { phase == .accepted || phase == .held || phase == .notSent }

    /// The state that results show, as far as the ledger alone knows it.
    public var state: RequestState {
        switch phase {
        case .accepted, .intent, .notSent: .accepted
        case .held: .held
        case .submitted: .submitted
        case .uncertain: .uncertain
        case .parked: .parked
        case .ended: end?.state ?? .unknown
        }
    }
}
