public import JSON

/// What the console knows of one malop: on which machines, and what to act on.
public struct MalopDetails: Sendable, Equatable {
    /// Where this comes from, in the order in which they are asked.
    public enum Source: String, Sendable, Hashable, CaseIterable {
        /// `detection/details`, which knows malops of endpoint protection.
        case detectionDetails
        /// `crimes/unified` and the investigation interface, which know malops of behaviour.
        case investigation
        /// `detection/custom-remediation`: only what can be acted on.
        case customRemediation
    }

    /// The malop's GUID.
    public var malopID: String
    /// Its name.
    public var displayName = ""
    /// Where this comes from.
    public var source: Source
    /// What was detected, in the platform's words.
    public var detectionTypes: [String] = []
    /// What detected it, such as `AntiVirus`.
    public var detectionEngines: [String] = []
    /// What became of it. Depending on the source these are codes (`DDS_…`) or words to show (`Detected`).
    public var decisionStatuses: [String] = []
    /// The platform's word: `Active`, `Closed`, …
    public var status: String?
    /// The platform's word.
    public var severity: String?
    /// The platform's word.
    public var priority: String?
    /// When it was found first.
    public var creationTime: Timestamp?
    /// When it last changed.
    public var lastUpdateTime: Timestamp?
    /// The machines it is on.
    public var machines: [MachineState] = []
    /// What to act on.
    public var suspects: [Suspect] = []
    /// Hashes of what caused it, besides those of the suspects.
    public var hashes: [String] = []
    /// Domain names it talked to, where the console says.
    public var domains: [String] = []
    /// IP addresses it talked to, where the console says.
    public var addresses: [String] = []
    /// Whether everything came that the console was asked for.
    public var completeness = Completeness.whole

    /// Details without anything in them yet.
    public init(malopID: String, source: Source) {
        self.malopID = malopID
        self.source = source
    }
}

/// Something to act on: a file, a process or a registry entry on a machine.
public struct Suspect: Sendable, Equatable {
    /// What a suspect is.
    public enum Kind: String, Sendable, Hashable {
        /// A file.
        case file
        /// A process.
        case process
        /// A registry entry.
        case registryEntry
    }

    /// Its GUID: the target of an action.
    public var guid: String
    /// What it is.
    public var kind: Kind
    /// Its name.
    public var name = ""
    /// The path of the file, or of the process's program.
    public var path: String?
    /// The command line of a process.
    public var commandLine: String?
    /// MD5 of the file or program, 32 hexadecimal digits.
    public var md5: String?
    /// SHA-1 of the file or program, 40 hexadecimal digits.
    public var sha1: String?
    /// SHA-256 of the file or program, 64 hexadecimal digits.
    public var sha256: String?
    /// The GUID of its machine.
    public var machineID: String?
    /// The name of its machine.
    public var machineName: String?
    /// What became of its detection, such as `DDS_FAILED_TO_PREVENT`.
    public var decisionStatus: String?
    /// Whether it is in quarantine, where the console says.
    public var isQuarantined: Bool?
    /// When it was seen first.
    public var firstSeen: Timestamp?
    /// When it was seen last.
    public var lastSeen: Timestamp?

    /// A suspect.
    public init(guid: String, kind: Kind) {
        self.guid = guid
        self.kind = kind
    }
}

/// An action that the console itself offers for a malop.
public struct RemediationOption: Sendable, Hashable {
    /// What to do.
    public var type: RemediationActionType
    /// The GUID of what to do it to.
    public var targetID: String
    /// Its name.
    public var targetName: String
    /// The GUID of the machine.
    public var machineID: String
    /// Its name.
    public var machineName: String
    /// Whether the machine's sensor is connected, where the console says.
    public var isMachineConnected: Bool?

    /// An option.
    public init(
        type: RemediationActionType, targetID: String, targetName: String = "", machineID: String,
        machineName: String = "", isMachineConnected: Bool? = nil
    ) {
        self.type = type
        self.targetID = targetID
        self.targetName = targetName
        self.machineID = machineID
        self.machineName = machineName
        self.isMachineConnected = isMachineConnected
    }
}
