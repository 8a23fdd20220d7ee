public import JSON

/// What a person may decide about a request.
public enum DecisionVerb: String, JSONName, CaseIterable, Sendable {
    /// A held request may be sent.
    case approve = "APPROVE"

    /// A held request ends `DENIED`.
    case deny = "DENY"

    /// A parked request is the console's remediation with ``RemediationDecision/remediationId``.
    case adopt = "ADOPT"

    /// A parked request is given up: what became of it will not be known.
    case giveUp = "GIVE_UP"

    /// A parked request did not reach the console, and may be sent once more.
    case sendAgain = "SEND_AGAIN"

    /// Whether it is about a parked request, and not about a held one.
    public var resolvesParked: Bool {
        switch self {
        case .approve, .deny: false
        case .adopt, .giveUp, .sendAgain: true
        }
    }
}

/// A person's decision about one request.
public struct RemediationDecision: Event, Hashable {
    /// The CloudEvents type of every record of this message.
    public static let eventType = "riposte.remediation-decision.v1"

    /// The version of the message's schema; absent means 1.
    public var schemaVersion: Int? = supportedSchemaVersion

    /// The request.
    public var requestId = ""

    /// `APPROVE` and `DENY` answer a held request; `ADOPT`, `GIVE_UP` and `SEND_AGAIN` resolve a parked one.
    public var decision = DecisionVerb.deny

    /// The digest of what is decided on, as the result showed it. A decision with the digest of anything else decides
    /// nothing; without one it is about whatever has the id, which `SEND_AGAIN` may not be.
    public var digest: String?

    /// The attempt of the parked request that is decided on, as the result's `attempts` showed it. A decision about any
    /// other decides nothing; without one it is about whichever is parked, which `SEND_AGAIN` may not be.
    public var attempt: Int?

    /// The console's remediation to take as this request's, with `ADOPT`.
    public var remediationId: String?

    /// Who decided.
    public var decidedBy = ""

    /// Why, in the decider's words.
    public var reason: String?

    /// When it was decided.
    public var decidedAt = Timestamp(milliseconds: 0)

    /// A denial of nothing.
    public init() {}

    /// The same decision of the same person at another time is another event.
    public var eventID: String {
        StableID.make("decision", [requestId, decision.rawValue, decidedBy, decidedAt.rfc3339])
    }

    /// When it was decided.
    public var eventTime: Timestamp { decidedAt }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("schemaVersion", &schemaVersion)
        try c("requestId", &requestId)
        try c("decision", &decision)
        try c("digest", &digest)
        try c("attempt", &attempt)
        try c("remediationId", &remediationId)
        try c("decidedBy", &decidedBy)
        try c("reason", &reason)
        try c("decidedAt", &decidedAt)
    }
}
