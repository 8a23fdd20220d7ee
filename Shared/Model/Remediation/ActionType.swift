public import JSON

/// What a remediation does to its target, in the console's own words. The console may know more than these.
public struct ActionType: RawRepresentable, JSONName, Hashable, Sendable, CustomStringConvertible {
    /// The console's word.
    public let rawValue: String

    /// Any word, also one that is not documented.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The console's word.
    public var description: String { rawValue }

    /// Ends a process. A second time has no further effect.
    public static let killProcess = ActionType(rawValue: "KILL_PROCESS")

    /// Moves a file out of reach. A second time has no further effect.
    public static let quarantineFile = ActionType(rawValue: "QUARANTINE_FILE")

    /// Puts a quarantined file back; its target is the quarantined file, whose GUID is not the file's.
    public static let unquarantineFile = ActionType(rawValue: "UNQUARANTINE_FILE")

    /// Deletes an entry of the Windows registry.
    public static let deleteRegistryKey = ActionType(rawValue: "DELETE_REGISTRY_KEY")

    /// Keeps a file from being run. The console does not report on it.
    public static let blockFile = ActionType(rawValue: "BLOCK_FILE")

    /// Ends a process that was suspended as ransomware. The console does not report on it.
    public static let killPreventUnsuspend = ActionType(rawValue: "KILL_PREVENT_UNSUSPEND")

    /// Lets a process go on that was suspended as ransomware.
    public static let unsuspendProcess = ActionType(rawValue: "UNSUSPEND_PROCESS")

    /// Cuts a machine off from the network but for its sensor's own connection.
    public static let isolateMachine = ActionType(rawValue: "ISOLATE_MACHINE")

    /// Lets an isolated machine back on the network.
    public static let unisolateMachine = ActionType(rawValue: "UNISOLATE_MACHINE")

    /// Every action type that the vendor documents for `POST /rest/remediate`.
    public static let documented: [ActionType] = [
        killProcess, quarantineFile, unquarantineFile, deleteRegistryKey, blockFile, killPreventUnsuspend,
        unsuspendProcess, isolateMachine,
    ]

    /// Whether doing it a second time to the same target does nothing more than once.
    public var isRepeatable: Bool { self == .killProcess || self == .quarantineFile }

    /// Whether the console shows by the target itself that it was done: a process that has ended, a file in quarantine, a
    /// machine that is isolated or is not.
    public var hasVisibleEffect: Bool { self == .killProcess || self == .quarantineFile || isIsolation }

    /// Whether it acts on a machine as a whole, whose GUID is its target. The console has commands of their own for these,
    /// beside `POST /rest/remediate`, so they are asked for in requests of their own.
    public var isIsolation: Bool { self == .isolateMachine || self == .unisolateMachine }

    /// Whether it takes another action back: a file out of quarantine, a suspended process, an isolated machine.
    public var isUndoing: Bool { self == .unquarantineFile || self == .unsuspendProcess || self == .unisolateMachine }

    /// Those that can be sent. The console has an isolation's end as a command only, so it is not among the documented.
    public static let supported = documented + [unisolateMachine]
}
