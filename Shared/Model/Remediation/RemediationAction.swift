public import JSON
internal import PlatformIDs

/// One action on one item, as `POST /rest/remediate` has it.
public struct RemediationAction: JSONRecord, Hashable {
    /// The GUID of the process, file or registry entry.
    public var targetId = ""

    /// What is done to the target, in the console's own words.
    public var actionType = ActionType(rawValue: "")

    /// An action on nothing.
    public init() {}

    /// One action, on a machine that stands beside it.
    public init(targetId: String, actionType: ActionType) {
        self.targetId = targetId
        self.actionType = actionType
    }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("targetId", &targetId)
        try c("actionType", &actionType)
    }
}

/// An action together with the machine that it happens on.
public struct ActionTarget: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The machine's GUID.
    public let machineId: String

    /// The GUID of the process, file or registry entry.
    public let targetId: String

    /// What is done to the target, in the console's own words.
    public let actionType: ActionType

    /// An action as one value: what two requests must not both be doing.
    public init(machineId: String, targetId: String, actionType: ActionType) {
        self.machineId = machineId
        self.targetId = targetId
        self.actionType = actionType
    }

    /// The same action on the same target, whichever way the platform's ids are spelled.
    public static func == (left: ActionTarget, right: ActionTarget) -> Bool {
        left.actionType == right.actionType && PlatformID.areSame(left.targetId, right.targetId)
            && PlatformID.areSame(left.machineId, right.machineId)
    }

    /// Feeds what ``==(_:_:)`` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(PlatformID.Key(machineId))
        hasher.combine(PlatformID.Key(targetId))
        hasher.combine(actionType)
    }

    /// What undoes it on the same target, where the two must not cross each other on their way.
    var opposite: ActionTarget? {
        guard actionType.isIsolation else { return nil }
        let other = actionType == .isolateMachine ? ActionType.unisolateMachine : .isolateMachine
        return ActionTarget(machineId: machineId, targetId: targetId, actionType: other)
    }

    /// For logs, with GUIDs only: `KILL_PROCESS of 1.2 on 1.1`.
    public var description: String { "\(actionType) of \(targetId) on \(machineId)" }

    /// By machine, target and action, as texts: one order for everyone who hashes or compares them.
    public static func < (left: ActionTarget, right: ActionTarget) -> Bool {
        (left.machineId, left.targetId, left.actionType.rawValue)
            < (right.machineId, right.targetId, right.actionType.rawValue)
    }
}
