public import JSON

/// A switch that every executor obeys. The only one is `halt`: while it is on, nothing is sent but aborts.
public struct ControlSwitch: Event, Hashable {
    /// The CloudEvents type of every record of this message.
    public static let eventType = "riposte.control-switch.v1"

    /// The record key of the halt switch.
    public static let halt = "halt"

    /// The version of the message's schema; absent means 1.
    public var schemaVersion: Int? = supportedSchemaVersion

    /// The switch; also the record's key.
    public var name = ControlSwitch.halt

    /// Whether it is on.
    public var on = false

    /// Who set it.
    public var setBy = ""

    /// Why, in the words of whoever set it.
    public var reason: String?

    /// When it was set.
    public var setAt = Timestamp(milliseconds: 0)

    /// The halt switch, off, set by nobody.
    public init() {}

    /// Setting it again, be it to the same, is another event.
    public var eventID: String { StableID.make("switch", [name, on ? "on" : "off", setBy, setAt.rfc3339]) }

    /// When it was set.
    public var eventTime: Timestamp { setAt }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("schemaVersion", &schemaVersion)
        try c("name", &name)
        try c("on", &on)
        try c("setBy", &setBy)
        try c("reason", &reason)
        try c("setAt", &setAt)
    }
}
