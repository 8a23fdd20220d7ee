public import JSON

/// What a person may decide about a request.
public enum DecisionVerb: String, JSONName, CaseIterable, Sendable {
    case approve = "APPROVE"
    case deny = "DENY"
    case adopt = "ADOPT"
    case giveUp = "GIVE_UP"
    case sendAgain = "SEND_AGAIN"
}

/// A person's decision about one request.
public struct RemediationDecision: Event, Hashable {
    public static let eventType = "riposte.remediation-decision.v1"

    public var schemaVersion: Int? = supportedSchemaVersion
    public var requestId = ""
    public var decision = DecisionVerb.deny

    /// The digest of what is decided on, as the result showed it; an approval without it approves nothing.
    public var digest: String?

    /// The console's remediation to take as this request's, with `ADOPT`.
    public var remediationId: String?

    /// Who decided.
    public var decidedBy = ""
    public var reason: String?
    public var decidedAt = Timestamp(milliseconds: 0)

    public init() {}

    public var eventID: String {
        StableID.make("decision", [requestId, decision.rawValue, decidedBy, decidedAt.rfc3339])
    }

    public var eventTime: Timestamp { decidedAt }

    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("schemaVersion", &schemaVersion)
        try c("requestId", &requestId)
        try c("decision", &decision)
        try c("digest", &digest)
        try c("remediationId", &remediationId)
        try c("decidedBy", &decidedBy)
        try c("reason", &reason)
        try c("decidedAt", &decidedAt)
    }
}
