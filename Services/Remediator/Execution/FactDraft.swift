import JSON
import Model

/// What is to be written to the ledger, without who writes it and when.
struct FactDraft: Sendable, Equatable {
    var kind: FactKind
    var attempt = 0
    var reason: Reason?
    var detail: String?
    /// With `ENDED`.
    var state: RequestState?
    /// With `ENDED` and `UNCERTAIN`, where the console has said something of each action; with `HELD` where it has told names.
    var actions: [ActionResult]?
    /// With `HELD` for an approval: the approvals that do not count.
    var objections: [ApprovalObjection]?
    /// How far the guardrails let it go, and by which policy, where they have decided.
    var mode: ResponseMode?
    var policy: String?
    /// With `SUBMITTED` and `ADOPTED`.
    var remediationID: String?
    var startedAt: Timestamp?

    /// The longest detail: a person reads it, and many actions have long names.
    private static let longestDetail = 1000

    init(_ kind: FactKind, attempt: Int = 0, _ reason: Reason? = nil, _ detail: String? = nil) {
        self.kind = kind
        self.attempt = attempt
        self.reason = reason
        self.detail = detail.map { $0.count > Self.longestDetail ? $0.prefix(Self.longestDetail) + "…" : $0 }
    }

    /// An end that the executor itself can tell.
    static func ended(_ state: RequestState, _ reason: Reason, _ detail: String) -> FactDraft {
        var draft = FactDraft(.ended, reason, detail)
        draft.state = state
        return draft
    }

    /// What an attempt comes to that follows one of unknown fate and cannot be made: a person has to tell of the first.
    static func parked(attempt: Int, instead words: String) -> FactDraft {
        FactDraft(
            .parked, attempt: attempt, .cannotTell,
            "an attempt may have reached the console, and what was to follow it is not sent: \(words)")
    }

    /// What the console took, or had taken.
    static func taken(_ kind: FactKind, attempt: Int, _ id: String, startedAt: Timestamp?) -> FactDraft {
        var draft = FactDraft(kind, attempt: attempt)
        draft.remediationID = id
        draft.startedAt = startedAt
        return draft
    }

    /// The end state that the fact brings about, if it is allowed; nil if the request goes on.
    var endState: RequestState? { kind == .refused ? .refused : state }

    /// Fills in a fact that the ledger has begun.
    func complete(_ fact: LedgerFact) -> LedgerFact {
        var fact = fact
        fact.attempt = attempt
        fact.reason = reason
        fact.detail = detail
        fact.state = state
        fact.actions = actions
        fact.objections = objections
        fact.mode = mode
        fact.policy = policy
        fact.remediationId = remediationID
        fact.startedAt = startedAt
        return fact
    }
}
