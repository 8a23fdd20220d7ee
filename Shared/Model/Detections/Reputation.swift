public import JSON

/// What threat intelligence answered about one indicator, and how long that holds. An error is never a reputation.
public struct Reputation: Event, Hashable {
    public static let eventType = "riposte.reputation.v1"

    public var schemaVersion: Int? = supportedSchemaVersion
    public var indicator = Indicator()
    public var verdict = Verdict.unknown

    /// Threat intelligence's own word, for example `ransomware`; absent if it knows nothing of the indicator.
    public var classification: String?

    /// Who classified it, where the answer says so.
    public var source: String?

    /// A page for a person to read.
    public var link: String?

    /// When it was first seen anywhere, where the answer says so.
    public var firstSeen: Timestamp?

    public var checkedAt = Timestamp(milliseconds: 0)

    /// From when on it must be asked for again.
    public var expiresAt = Timestamp(milliseconds: 0)

    public init() {}

    public var eventID: String { StableID.make("reputation", [indicator.key, checkedAt.rfc3339]) }
    public var eventTime: Timestamp { checkedAt }

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
