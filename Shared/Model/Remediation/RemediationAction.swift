public import JSON

/// One action on one item, as `POST /rest/remediate` has it.
public struct RemediationAction: JSONRecord, Hashable {
    /// The GUID of the process, file or registry entry.
    public var targetId = ""
    public var actionType = ActionType(rawValue: "")

    public init() {}

    public init(targetId: String, actionType: ActionType) {
        self.targetId = targetId
        self.actionType = actionType
    }

    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("targetId", &targetId)
        try c("actionType", &actionType)
    }
}

/// An action together with the machine that it happens on.
public struct ActionTarget: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let machineId: String
    public let targetId: String
    public let actionType: ActionType

    public init(machineId: String, targetId: String, actionType: ActionType) {
        self.machineId = machineId
        self.targetId = targetId
        self.actionType = actionType
    }

    public var description: String { "\(actionType) of \(targetId) on \(machineId)" }

    public static func < (left: ActionTarget, right: ActionTarget) -> Bool {
        (left.machineId, left.targetId, left.actionType.rawValue)
            < (right.machineId, right.targetId, right.actionType.rawValue)
    }
}
