public import JSON

/// What the ledger knows of one request.
public struct LedgerRequest: Sendable, Hashable {
    /// Where a request stands between its acceptance and its end.
    public enum Phase: String, Sendable, Hashable {
        /// Taken, and not yet sent.
        case accepted

        /// It waits for something that its ``LedgerRequest/reason`` names.
        case held

        /// Its writer may be sending the ``LedgerRequest/attempt`` right now.
        case intent

        /// The attempt did not reach the console; there may be another.
        case notSent

        /// The console took it.
        case submitted

        /// The attempt may have reached the console, but its answer is not known.
        case uncertain

        /// Nobody but a person can tell whether the console acted.
        case parked

        /// It has its end state; nothing changes it any more.
        case ended
    }

    /// How a request ended.
    public struct End: Sendable, Hashable {
        /// The end state.
        public let state: RequestState

        /// Why it ended so.
        public let reason: Reason?

        /// The same for a person.
        public let detail: String?

        /// Each action's own state at the end; empty where nothing was sent.
        public let actions: [ActionResult]

        /// The log's clock.
        public let at: Timestamp
    }

    /// A person's approval.
    public struct Approval: Sendable, Hashable {
        /// Who approved.
        public let by: String

        /// The key that the approval was signed with, if someone has verified that.
        public let keyID: String?

        /// When, by the approver's clock.
        public let at: Timestamp
    }

    /// The request's id: the sender's own, or one made of its record.
    public let id: String

    /// The key of the record that has begun it: only the tombstone of that one forgets it. Another request may have had
    /// its id before, and what is left of that one's tombstones may come late.
    public let opener: String

    /// What is asked.
    public let request: RemediationRequest

    /// The hash of what is asked.
    public let digest: String

    /// The key that it was signed with, if someone has verified that.
    public let keyID: String?

    /// The record that it came from.
    public let origin: Origin?

    /// When the log took it.
    public let acceptedAt: Timestamp

    /// After this it is not sent any more; nil where neither the `ACCEPTED` nor the request says so. A person who has it
    /// sent again gives it as long again as it had at first.
    public internal(set) var notAfter: Timestamp?

    /// How long after its acceptance ``notAfter`` was at first.
    let lifetime: Duration?

    /// How far it has come.
    public internal(set) var phase = Phase.accepted

    /// The highest attempt whose `INTENT` was allowed; 0 before the first.
    public internal(set) var attempt = 0

    /// Who wrote the `INTENT` of ``attempt``.
    public internal(set) var intentWriter: String?

    /// The console's time when the `INTENT` of ``attempt`` was written; nil if its writer did not know it.
    public internal(set) var intentConsoleTime: Timestamp?

    /// When the log took the `INTENT` of ``attempt``.
    public internal(set) var intendedAt: Timestamp?

    /// Which cap the `INTENT` of ``attempt`` was over where it stands: nothing is sent because of it. Nil if it was over
    /// none.
    public internal(set) var excess: Ledger.Excess?

    /// Why it is held, was not sent, is uncertain or parked.
    public internal(set) var reason: Reason?

    /// The same for a person.
    public internal(set) var detail: String?

    /// What the console has said of each action, where its answer has left open what becomes of the request; empty where it
    /// has said nothing.
    public internal(set) var answers: [ActionResult] = []

    /// The console's id, once it took the request.
    public internal(set) var remediationId: String?

    /// When the console says that it started, or else when the log took that.
    public internal(set) var submittedAt: Timestamp?

    /// When the log took the console's id: what waits for the console's end counts from here.
    public internal(set) var submissionLoggedAt: Timestamp?

    /// Whether an attempt counts as not sent although its writer never said so: the console's list did not show it, or a
    /// person says that it is not there. Its answer may still come.
    public internal(set) var isDoubted = false

    /// Whether the console's list was trusted once that an attempt is not there. It is not trusted twice.
    public internal(set) var wasNotThere = false

    /// What its targets and machines are called, as far as somebody had to be told.
    public internal(set) var names: [ActionTarget: ActionResult] = [:]

    /// The approvals that did not count when it was last looked at by whoever wrote why it waits.
    public internal(set) var objections: [ApprovalObjection] = []

    /// The digest of the policy that the guardrails last judged it by, and how far it may go by that.
    public internal(set) var policy: String?
    public internal(set) var mode: ResponseMode?

    /// The decisions about it, in the log's order.
    public internal(set) var decisions: [RemediationDecision] = []

    /// Who has approved it, in the log's order: each person's newest word with each key.
    public internal(set) var approvals: [Approval] = []

    /// How many approvals came, and how many of them had come when it was last held: the rest has no answer yet.
    var approvalsTaken = 0
    var approvalsAnswered = 0

    /// Whether an approval has come since results last showed why it waits.
    public var hasNewApproval: Bool { approvalsTaken != approvalsAnswered }

    /// Who has denied it, and why, while it was on its way: no further attempt follows.
    public internal(set) var denial: String?

    /// How it ended; nil while it is open.
    public internal(set) var end: End?

    /// The log's time of the last fact that changed it.
    public internal(set) var changedAt: Timestamp

    /// How many facts have changed it.
    public internal(set) var changes = 1

    /// Whether an attempt may be at the console, or on its way to it: other requests keep off its targets.
    public var isFiring: Bool {
        switch phase {
        // What is over a cap is not sent.
        case .intent: excess == nil || isDoubted
        case .submitted, .uncertain, .parked: true
        case .accepted, .held, .notSent: isDoubted
        case .ended: false
        }
    }

    /// Whether nothing of it is at the console, as far as can be known, and it may still be sent.
    public var isWaiting: Bool { phase == .accepted || phase == .held || phase == .notSent }

    /// What of it was done, as the console has reported it or shown it.
    var succeeded: [ActionTarget] {
        guard let end, end.state == .succeeded || end.state == .partial else { return [] }
        guard end.actions.isEmpty else { return end.actions.filter { $0.state == .succeeded }.map(\.target) }
        return end.state == .succeeded ? request.targets : []
    }

    /// Whether nothing worse comes of carrying it out twice than once.
    public var isRepeatable: Bool { request.targets.allSatisfy(\.actionType.isRepeatable) }

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
