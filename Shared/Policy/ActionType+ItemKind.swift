public import Model

extension ActionType {
    /// The action types that a rule may take on an item by itself.
    ///
    /// Undoing (`UNQUARANTINE_FILE`, `UNSUSPEND_PROCESS`) is a person's decision, and isolation acts on a machine.
    public static let automatic: [ActionType] = [
        .killProcess, .killPreventUnsuspend, .quarantineFile, .blockFile, .deleteRegistryKey,
    ]

    /// Whether the action can be aimed at an item of this kind: a process is killed, a file quarantined, a registry
    /// entry deleted. What the console would do with a mismatch is not documented.
    public func fits(_ kind: ItemKind) -> Bool {
        switch kind {
        case .process: self == .killProcess || self == .killPreventUnsuspend
        case .file: self == .quarantineFile || self == .blockFile
        case .registryEntry: self == .deleteRegistryKey
        }
    }

    /// Whether its target may be a process or a file that a policy protects by its name. What lets one go again harms none,
    /// a registry entry has no name, and a machine is protected as a machine.
    public var isAimedAtName: Bool {
        switch self {
        case .unquarantineFile, .unsuspendProcess, .deleteRegistryKey, .isolateMachine, .unisolateMachine: false
        default: true
        }
    }
}
