public import JSON

/// A record that could not be used, with its bytes, where it stood, and why.
public struct DeadLetter: Event, Hashable {
    /// The CloudEvents type of every record of this message.
    public static let eventType = "riposte.dead-letter.v1"

    /// The version of the message's schema; absent means 1.
    public var schemaVersion: Int? = supportedSchemaVersion

    /// Where the record stood.
    public var origin = Origin()

    /// Where the first of its copies stood, if the record is a replay.
    public var replayOf: Origin?

    /// The service that could not use it.
    public var service = ""

    /// A stable code, see ``Reason``.
    public var reason = Reason(rawValue: "")

    /// What is wrong and at which place of the record, for a person.
    public var detail = ""

    /// When the service gave it up.
    public var deadAt = Timestamp(milliseconds: 0)

    /// The record's key in base64; absent if it had none.
    public var key: String?

    /// The record's value in base64; absent if it was a tombstone, or where ``valueBytes`` is given.
    public var value: String?

    /// Only where the value is too large to be kept here: its size in bytes. The origin has it for as long as that topic
    /// keeps records.
    public var valueBytes: Int?

    /// Only where it is true: the key, headers or the value are missing here, wholly or in part, because they are too large.
    public var isCut: Bool?

    /// The record's headers, values in base64.
    public var headers: [DeadLetterHeader] = []

    /// A dead letter of no record yet.
    public init() {}

    /// The same for the same record and service, however often it is given up.
    public var eventID: String {
        StableID.make("dead-letter", [origin.topic, "\(origin.partition)", "\(origin.offset)", service])
    }

    /// When the service gave it up.
    public var eventTime: Timestamp { deadAt }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("schemaVersion", &schemaVersion)
        try c("origin", &origin)
        try c("replayOf", &replayOf)
        try c("service", &service)
        try c("reason", &reason)
        try c("detail", &detail)
        try c("deadAt", &deadAt)
        try c("key", &key)
        try c("value", &value)
        try c("valueBytes", &valueBytes)
        try c("cut", &isCut)
        try c("headers", &headers)
    }
}

/// One header of a dead record.
public struct DeadLetterHeader: JSONRecord, Hashable {
    /// The header's name.
    public var name = ""

    /// The value in base64.
    public var value = ""

    /// A header without a name.
    public init() {}

    /// A header; the value is in base64 already.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("name", &name)
        try c("value", &value)
    }
}
