public import JSON

/// What a ledger fact says.
public enum FactKind: String, JSONName, CaseIterable, Sendable {
    /// The request is known, with its whole content and where it came from.
    case accepted = "ACCEPTED"

    /// It will not be done: by our own rules, or by the console's words.
    case refused = "REFUSED"

    /// It waits, and why.
    case held = "HELD"

    /// A person decided about it.
    case decided = "DECIDED"

    /// The writer is about to send it, if the fold allows that at this place.
    case intent = "INTENT"

    /// The attempt provably did not reach the console.
    case notSent = "NOT_SENT"

    /// The console took it, under this remediation id.
    case submitted = "SUBMITTED"

    /// The attempt may have reached the console, but its answer is not known.
    case uncertain = "UNCERTAIN"

    /// The console's own list showed it to be ours.
    case adopted = "ADOPTED"

    /// Nobody but a person can tell.
    case parked = "PARKED"

    /// Its end state. The first in the log is the end.
    case ended = "ENDED"
}

/// One fact about one request. Facts are only ever added; what they mean together is what ``Ledger`` makes of them.
public struct LedgerFact: Event, Hashable {
    /// The CloudEvents type of every record of this message.
    public static let eventType = "riposte.ledger-fact.v1"

    /// The version of the message's schema; absent means 1.
    public var schemaVersion: Int? = supportedSchemaVersion

    /// The request.
    public var requestId = ""

    /// What is said.
    public var fact = FactKind.accepted

    /// Which attempt to send the fact is about (`INTENT`, `NOT_SENT`, `SUBMITTED`, `UNCERTAIN`, `ADOPTED`, `PARKED`, and
    /// `REFUSED` in the console's words); 0 where it is about none.
    public var attempt = 0

    /// The instance that wrote it: a name without a slash.
    public var writer = ""

    /// The writer's clock. Decisions that need a clock use the log's own.
    public var at = Timestamp(milliseconds: 0)

    /// With `ACCEPTED`, and with `REFUSED` where the request was refused at once.
    public var request: RemediationRequest?

    /// With `ACCEPTED`, `DECIDED`, and `REFUSED` at once: the record that it came from.
    public var origin: Origin?

    /// With `ACCEPTED`: the hash of what is asked.
    public var digest: String?

    /// With `ACCEPTED`: after this it is not sent any more.
    public var notAfter: Timestamp?

    /// With `DECIDED`.
    public var decision: RemediationDecision?

    /// With `ACCEPTED` and `DECIDED`: the key whose signature its writer has verified.
    public var keyId: String?

    /// With `SUBMITTED` and `ADOPTED`: the console's id.
    public var remediationId: String?

    /// With `SUBMITTED` and `ADOPTED`: when the console says that it started.
    public var startedAt: Timestamp?

    /// With `INTENT`: for how many milliseconds after reading it back the writer may send.
    public var fireWithinMs: Int?

    /// With `INTENT`: the console's time when the writer wrote it, as far as the writer knew. What the fact has started
    /// there cannot be older, whatever other clocks say.
    public var consoleTime: Timestamp?

    /// With `INTENT`: how much may be sent within an hour, as its writer's policy has it.
    public var caps: RateCaps?

    /// With `INTENT`, with `HELD` for an approval, and with ends that the guardrails decide: the digest of the response policy
    /// that has it so.
    public var policy: String?

    /// With the same: how far the request may go by everything that has a say.
    public var mode: ResponseMode?

    /// With `HELD` for an approval: the approvals that do not count.
    public var objections: [ApprovalObjection]?

    /// With `ENDED`.
    public var state: RequestState?

    /// With `ENDED`: each action's own state. With `UNCERTAIN`: what the console has said of each, if it has. With `HELD` for
    /// an approval: what targets and machines are called, as far as the console tells.
    public var actions: [ActionResult]?

    /// Why, where there is a why.
    public var reason: Reason?

    /// The same for a person.
    public var detail: String?

    /// A fact about no request.
    public init() {}

    /// A fact without what its kind needs beside: see each property for the facts that it belongs to.
    public init(_ fact: FactKind, of requestId: String, attempt: Int = 0, writer: String, at: Timestamp) {
        self.fact = fact
        self.requestId = requestId
        self.attempt = attempt
        self.writer = writer
        self.at = at
    }

    /// The record key: no two facts share one unless they are the same to the last byte.
    ///
    /// So compaction drops nothing but what tombstones name, and a replay of the compacted log folds to the same as the
    /// log did. With one key for two facts the older would go, which may be the one that counted: the first body under
    /// a reused id, the first end.
    public var key: String {
        "\(requestId)/\(fact.rawValue)/\(attempt)/\(writer)/\(Digest.sha256(json()).hexadecimal(prefix: 8))"
    }

    /// The request that a record of the ledger is about, tombstones included. The id may have slashes of its own.
    public static func requestId(inKey key: String) -> String? {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 5, FactKind(rawValue: String(parts[parts.count - 4])) != nil else { return nil }
        return parts.dropLast(4).joined(separator: "/")
    }

    /// The same for the same fact of the same writer, however often it is appended.
    public var eventID: String { StableID.make("fact", [key, at.rfc3339]) }

    /// When the writer wrote it, by its own clock.
    public var eventTime: Timestamp { at }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("schemaVersion", &schemaVersion)
        try c("requestId", &requestId)
        try c("fact", &fact)
        try c("attempt", &attempt)
        try c("writer", &writer)
        try c("at", &at)
        try c("request", &request)
        try c("origin", &origin)
        try c("digest", &digest)
        try c("notAfter", &notAfter)
        try c("decision", &decision)
        try c("keyId", &keyId)
        try c("remediationId", &remediationId)
        try c("startedAt", &startedAt)
        try c("fireWithinMs", &fireWithinMs)
        try c("consoleTime", &consoleTime)
        try c("caps", &caps)
        try c("policy", &policy)
        try c("mode", &mode)
        try c("objections", &objections)
        try c("state", &state)
        try c("actions", &actions)
        try c("reason", &reason)
        try c("detail", &detail)
    }
}
