public import JSON

/// What a remediation does to its target, in the console's own words. The console may know more than these.
public struct ActionType: RawRepresentable, JSONName, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }

    public static let killProcess = ActionType(rawValue: "KILL_PROCESS")
    public static let quarantineFile = ActionType(rawValue: "QUARANTINE_FILE")
    public static let unquarantineFile = ActionType(rawValue: "UNQUARANTINE_FILE")
    public static let deleteRegistryKey = ActionType(rawValue: "DELETE_REGISTRY_KEY")
    public static let blockFile = ActionType(rawValue: "BLOCK_FILE")
    public static let killPreventUnsuspend = ActionType(rawValue: "KILL_PREVENT_UNSUSPEND")
    public static let unsuspendProcess = ActionType(rawValue: "UNSUSPEND_PROCESS")
    public static let isolateMachine = ActionType(rawValue: "ISOLATE_MACHINE")

    /// Every action type that the vendor documents for `POST /rest/remediate`.
    public static let documented: [ActionType] = [
        killProcess, quarantineFile, unquarantineFile, deleteRegistryKey, blockFile, killPreventUnsuspend,
        unsuspendProcess, isolateMachine,
    ]
}
