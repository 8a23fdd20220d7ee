public import JSON

/// The whole state of a request, so that the newest result of a request is all that a reader needs.
///
/// `version` rises with every result of a request. An end state may be written again with more knowledge
/// (`verification`, `amended`); its `state` never changes.
public struct RemediationResult: Event, Hashable {
    public static let eventType = "riposte.remediation-result.v1"

    public var schemaVersion: Int? = supportedSchemaVersion
    public var requestId = ""

    /// Rises by at least one with every result of the request.
    public var version: Int64 = 0
    public var state = RequestState.accepted

    /// Why it is in this state, where there is a why.
    public var reason: Reason?

    /// The same for a person: names, the console's words.
    public var detail: String?

    /// Each action's own state.
    public var actions: [ActionResult] = []
    public var malopId: String?

    /// Who asked, as the request said.
    public var requestedBy: String?

    /// Why it was asked, as the request said.
    public var requestReason: String?
    public var dryRun: Bool?

    /// The hash of what was asked; an approval quotes it.
    public var digest: String?

    /// Where the request's record stands, so that a sender without an id finds its answer.
    public var source: Origin?

    /// The console's id of the remediation.
    public var remediationId: String?

    /// How often it was tried; above 1 only where the try before was provably not sent.
    public var attempts: Int?
    public var notAfter: Timestamp?
    public var acceptedAt: Timestamp?
    public var submittedAt: Timestamp?
    public var endedAt: Timestamp?
    public var updatedAt = Timestamp(milliseconds: 0)
    public var verification: Verification?

    /// What became known after the end.
    public var amended: String?

    public init() {}

    public var eventID: String { StableID.make("result", [requestId, "\(version)", state.rawValue]) }
    public var eventTime: Timestamp { updatedAt }

    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("schemaVersion", &schemaVersion)
        try c("requestId", &requestId)
        try c("version", &version)
        try c("state", &state)
        try c("reason", &reason)
        try c("detail", &detail)
        try c("actions", &actions)
        try c("malopId", &malopId)
        try c("requestedBy", &requestedBy)
        try c("requestReason", &requestReason)
        try c("dryRun", &dryRun)
        try c("digest", &digest)
        try c("source", &source)
        try c("remediationId", &remediationId)
        try c("attempts", &attempts)
        try c("notAfter", &notAfter)
        try c("acceptedAt", &acceptedAt)
        try c("submittedAt", &submittedAt)
        try c("endedAt", &endedAt)
        try c("updatedAt", &updatedAt)
        try c("verification", &verification)
        try c("amended", &amended)
    }
}
