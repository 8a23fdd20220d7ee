public import JSON

/// How much may be sent within an hour, over all instances. Nil: as much as is asked for.
public struct RateCaps: JSONRecord, Hashable {
    /// Actions on one machine within an hour.
    public var actionsPerMachineAndHour: Int?

    /// Machines that are acted on within an hour.
    public var machinesPerHour: Int?

    /// Actions within an hour.
    public var actionsPerHour: Int?

    /// No caps.
    public init() {}

    /// Caps.
    public init(actionsPerMachineAndHour: Int? = nil, machinesPerHour: Int? = nil, actionsPerHour: Int? = nil) {
        self.actionsPerMachineAndHour = actionsPerMachineAndHour
        self.machinesPerHour = machinesPerHour
        self.actionsPerHour = actionsPerHour
    }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("actionsPerMachineAndHour", &actionsPerMachineAndHour)
        try c("machinesPerHour", &machinesPerHour)
        try c("actionsPerHour", &actionsPerHour)
    }
}
