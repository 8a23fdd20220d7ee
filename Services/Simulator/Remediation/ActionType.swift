/// The actions that the console documents, with the type of element that each works on.
enum ActionType: String, Sendable, CaseIterable {
    case killProcess = "KILL_PROCESS"
    case quarantineFile = "QUARANTINE_FILE"
    case unquarantineFile = "UNQUARANTINE_FILE"
    case deleteRegistryKey = "DELETE_REGISTRY_KEY"
    case blockFile = "BLOCK_FILE"
    case killPreventUnsuspend = "KILL_PREVENT_UNSUSPEND"
    case unsuspendProcess = "UNSUSPEND_PROCESS"
    case isolateMachine = "ISOLATE_MACHINE"

    var targetType: String {
        switch self {
        case .killProcess, .killPreventUnsuspend, .unsuspendProcess: "Process"
        case .quarantineFile, .unquarantineFile, .blockFile: "File"
        case .deleteRegistryKey: "Autorun"
        case .isolateMachine: "Machine"
        }
    }

    /// Whether a remediation made through the malop's own actions can be followed afterwards.
    var isTracked: Bool { self != .blockFile && self != .killPreventUnsuspend }
}
