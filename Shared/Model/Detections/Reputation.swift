public import JSON

/// What threat intelligence answered about one indicator, and how long that holds. An error is never a reputation.
public struct Reputation: Event, Hashable {
    /// The CloudEvents type of every record of this message.
    public static let eventType = "riposte.reputation.v1"

    /// The version of the message's schema; absent means 1.
    public var schemaVersion: Int? = supportedSchemaVersion

    /// What was asked about; its ``Indicator/key`` is the record's key.
    public var indicator = Indicator()

    /// What the answer comes to. Never *not checked*: an error is no answer.
    public var verdict = Verdict.unknown

    /// Threat intelligence's own word, for example `ransomware`; absent if it knows nothing of the indicator.
    public var classification: String?

    /// Who classified it, where the answer says so.
    public var source: String?

    /// A page for a person to read.
    public var link: String?

    /// When it was first seen anywhere, where the answer says so.
    public var firstSeen: Timestamp?

    /// When threat intelligence answered.
    public var checkedAt = Timestamp(milliseconds: 0)

    /// From when on it must be asked for again.
    public var expiresAt = Timestamp(milliseconds: 0)

    /// An answer that knows nothing.
    public init() {}

    /// Another answer about the same indicator is another event.
    public var eventID: String { StableID.make("reputation", [indicator.key, checkedAt.rfc3339]) }

    /// When threat intelligence answered.
    public var eventTime: Timestamp { checkedAt }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("schemaVersion", &schemaVersion)
        try c("indicator", &indicator)
        try c("verdict", &verdict)
        try c("classification", &classification)
        try c("source", &source)
        try c("link", &link)
        try c("firstSeen", &firstSeen)
        try c("checkedAt", &checkedAt)
        try c("expiresAt", &expiresAt)
    }
}
