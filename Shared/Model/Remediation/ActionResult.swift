public import JSON

/// How far one action of a request has come.
public struct ActionResult: JSONRecord, Hashable {
    /// The machine's GUID.
    public var machineId = ""

    /// The GUID of the process, file or registry entry.
    public var targetId = ""

    /// What is done to the target, in the console's own words.
    public var actionType = ActionType(rawValue: "")

    /// What the console calls the process or file; nil where it was not asked, or did not tell. It is what somebody else has
    /// named it: shown to people, and never aimed at.
    public var targetName: String?

    /// Where a file is, where the console told it.
    public var targetPath: String?

    /// What the console calls the machine; nil where nobody needed to know.
    public var machineName: String?

    /// The state of this one action.
    public var state = ActionState.pending

    /// The console's own last word on it, for example `IN_PROGRESS`.
    public var platformStatus: String?

    /// The console's message where it failed.
    public var error: String?

    /// The console's own code for the error, for example `INVALID_ARGUMENT`.
    public var errorType: String?

    /// The console's time of its last word.
    public var updatedAt: Timestamp?

    /// What takes it back; nil while that is not known, or where nothing does.
    public var undo: UndoReceipt?

    /// An action of which nothing is known.
    public init() {}

    /// The result of an action of which the console has said no more than this.
    public init(_ target: ActionTarget, state: ActionState) {
        machineId = target.machineId
        targetId = target.targetId
        actionType = target.actionType
        self.state = state
    }

    /// The same with the names that others of the same action have.
    public func named(as others: [ActionTarget: ActionResult]) -> ActionResult {
        guard let other = others[target] else { return self }
        var copy = self
        copy.targetName = targetName ?? other.targetName
        copy.targetPath = targetPath ?? other.targetPath
        copy.machineName = machineName ?? other.machineName
        return copy
    }

    /// What the action is and where.
    public var target: ActionTarget {
        ActionTarget(machineId: machineId, targetId: targetId, actionType: actionType)
    }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("machineId", &machineId)
        try c("targetId", &targetId)
        try c("actionType", &actionType)
        try c("targetName", &targetName)
        try c("targetPath", &targetPath)
        try c("machineName", &machineName)
        try c("state", &state)
        try c("platformStatus", &platformStatus)
        try c("error", &error)
        try c("errorType", &errorType)
        try c("updatedAt", &updatedAt)
        try c("undo", &undo)
    }
}

/// The action that takes another one back, on the same machine.
public struct UndoReceipt: JSONRecord, Hashable {
    /// What is to be asked for.
    public var actionType = ActionType(rawValue: "")

    /// Its target: with `UNQUARANTINE_FILE` the quarantined file's GUID, which is another than the file's.
    public var targetId = ""

    /// A receipt for nothing.
    public init() {}

    /// A receipt.
    public init(_ actionType: ActionType, targetId: String) {
        self.actionType = actionType
        self.targetId = targetId
    }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("actionType", &actionType)
        try c("targetId", &targetId)
    }
}
