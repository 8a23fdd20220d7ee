public import JSON

/// A switch that every executor obeys. The only one is `halt`: while it is on, nothing is sent but aborts.
public struct ControlSwitch: Event, Hashable {
    public static let eventType = "riposte.control-switch.v1"

    /// The record key of the halt switch.
    public static let halt = "halt"

    public var schemaVersion: Int? = supportedSchemaVersion
    public var name = ControlSwitch.halt
    public var on = false

    /// Who set it.
    public var setBy = ""
    public var reason: String?
    public var setAt = Timestamp(milliseconds: 0)

    public init() {}

    public var eventID: String { StableID.make("switch", [name, on ? "on" : "off", setBy, setAt.rfc3339]) }
    public var eventTime: Timestamp { setAt }

    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("schemaVersion", &schemaVersion)
        try c("name", &name)
        try c("on", &on)
        try c("setBy", &setBy)
        try c("reason", &reason)
        try c("setAt", &setAt)
    }
}
