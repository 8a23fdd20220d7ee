/// A response action, by the platform's own name. The list of the documentation; a name that is not on it is sent and
/// read as it is.
public struct RemediationActionType: RawRepresentable, Sendable, Hashable {
    /// The platform's name.
    public let rawValue: String

    /// An action by name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Stops a process; cannot be undone.
    public static let killProcess = Self(rawValue: "KILL_PROCESS")
    /// Moves a file out of reach; undone by ``unquarantineFile``.
    public static let quarantineFile = Self(rawValue: "QUARANTINE_FILE")
    /// Brings a file back. Its target is the quarantined copy, which has another id than the file.
    public static let unquarantineFile = Self(rawValue: "UNQUARANTINE_FILE")
    /// Deletes a registry entry; cannot be undone.
    public static let deleteRegistryKey = Self(rawValue: "DELETE_REGISTRY_KEY")
    /// Keeps a file from running. The platform gives no id to follow it with.
    public static let blockFile = Self(rawValue: "BLOCK_FILE")
    /// Stops a suspended ransomware process. The platform gives no id to follow it with.
    public static let killPreventUnsuspend = Self(rawValue: "KILL_PREVENT_UNSUSPEND")
    /// Lets a process go on that was suspended as ransomware.
    public static let unsuspendProcess = Self(rawValue: "UNSUSPEND_PROCESS")
    /// Cuts a machine off the network. Clients use the isolation commands instead.
    public static let isolateMachine = Self(rawValue: "ISOLATE_MACHINE")

    /// All documented actions.
    public static let documented: [Self] = [
        .killProcess, .quarantineFile, .unquarantineFile, .deleteRegistryKey, .blockFile, .killPreventUnsuspend,
        .unsuspendProcess, .isolateMachine,
    ]
}

extension RemediationActionType: CustomStringConvertible {
    /// The platform's name.
    public var description: String { rawValue }
}
