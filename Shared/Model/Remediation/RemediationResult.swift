public import JSON

/// The whole state of a request, so that the newest result of a request is all that a reader needs.
///
/// `version` rises with every result of a request. An end state may be written again with more knowledge
/// (`verification`, `amended`); its `state` never changes.
public struct RemediationResult: Event, Hashable {
    /// The CloudEvents type of every record of this message.
    public static let eventType = "riposte.remediation-result.v1"

    /// The version of the message's schema; absent means 1.
    public var schemaVersion: Int? = supportedSchemaVersion

    /// The request; also the record's key.
    public var requestId = ""

    /// Rises by at least one with every result of the request.
    public var version: Int64 = 0

    /// The state of the request; an end never changes.
    public var state = RequestState.accepted

    /// Why it is in this state, where there is a why.
    public var reason: Reason?

    /// The same for a person: names, the console's words.
    public var detail: String?

    /// Each action's own state, as it is known now. After an end that left actions open they may change (``amended``),
    /// while ``state`` stays.
    public var actions: [ActionResult] = []

    /// The malop that the request named.
    public var malopId: String?

    /// Who asked, as the request said.
    public var requestedBy: String?

    /// Why it was asked, as the request said.
    public var requestReason: String?

    /// Whether the request asked to be observed only.
    public var dryRun: Bool?

    /// The key that the request was signed with; absent if it was not, or nobody asked for signatures.
    public var signedBy: String?

    /// Who has approved it, in the log's order; each name once. Not all of them may count: see ``objections``.
    public var approvedBy: [String]?

    /// The approvals that do not count, and why.
    public var objections: [ApprovalObjection]?

    /// How far the request may go by everything that has a say, and the digest of the response policy that has it so; nil
    /// before the guardrails have judged it.
    public var mode: ResponseMode?
    public var policy: String?

    /// The hash of what was asked; an approval quotes it.
    public var digest: String?

    /// Where the request's record stands, so that a sender without an id finds its answer.
    public var source: Origin?

    /// The console's id of the remediation.
    public var remediationId: String?

    /// How often it was tried. Above 1 where the try before was provably not sent, where the console did not show it and
    /// doing it twice does no harm (`not-there`), or where a person had it sent again (`send-again`).
    public var attempts: Int?

    /// After this it is not sent any more.
    public var notAfter: Timestamp?

    /// When the ledger took it.
    public var acceptedAt: Timestamp?

    /// When the console took it.
    public var submittedAt: Timestamp?

    /// When it ended.
    public var endedAt: Timestamp?

    /// When this result came about.
    public var updatedAt = Timestamp(milliseconds: 0)

    /// Whether a new query confirms what the console reported of each action. Nil where the console never had the request.
    public var verification: Verification?

    /// What became known after the end: what the console reported later, and where a query contradicts it. Each with its
    /// time, the newest last.
    public var amended: String?

    /// A result of no request yet.
    public init() {}

    /// The same version in the same state is the same event, however often it is written.
    public var eventID: String { StableID.make("result", [requestId, "\(version)", state.rawValue]) }

    /// When this result came about.
    public var eventTime: Timestamp { updatedAt }

    /// The properties of the JSON object, for reading and writing alike.
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
        try c("signedBy", &signedBy)
        try c("approvedBy", &approvedBy)
        try c("objections", &objections)
        try c("mode", &mode)
        try c("policy", &policy)
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
