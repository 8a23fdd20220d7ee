public import JSON
internal import PlatformIDs

/// What the console says about one remediation: when it was accepted, and everything that was logged of it since.
public struct RemediationReport: Sendable, Equatable {
    /// The id to ask for progress with.
    public var remediationID: String
    /// The malop, `NOMALOP` where it belongs to none, nil where the console does not say.
    public var malopID: String?
    /// When the console began.
    public var start: Timestamp?
    /// When it was finished. Absent and null both mean that it is not; it may also come later than the last entry of
    /// the log, or never.
    public var end: Timestamp?
    /// Who is named as initiator.
    public var initiatingUser: String?
    /// Everything that was logged, in the console's order: one list over all machines, targets and actions, which only
    /// grows. Empty at first.
    public var statusLog: [StatusLogEntry]

    /// A report.
    public init(
        remediationID: String, malopID: String? = nil, start: Timestamp? = nil, end: Timestamp? = nil,
        initiatingUser: String? = nil, statusLog: [StatusLogEntry] = []
    ) {
        self.remediationID = remediationID
        self.malopID = malopID
        self.start = start
        self.end = end
        self.initiatingUser = initiatingUser
        self.statusLog = statusLog
    }

    /// The word that stands for a malop where there is none.
    public static let noMalop = "NOMALOP"
}

/// One line of a remediation's log.
public struct StatusLogEntry: Sendable, Equatable {
    /// The machine's GUID.
    public var machineID: String?
    /// The target's GUID; the console leaves it null at times, then machine and action identify the line.
    public var targetID: String?
    /// The platform's word: `PENDING`, `IN_PROGRESS` and `SUCCESS` are documented, `FAILURE` was seen, others may come.
    public var status: String
    /// The action.
    public var actionType: RemediationActionType?
    /// When it was logged.
    public var timestamp: Timestamp?
    /// What went wrong, in the platform's words.
    public var errorMessage: String?
    /// The platform's code for it, such as `INVALID_ARGUMENT`.
    public var errorType: String?

    /// Whether the line may be about an action on a target; what it leaves out fits any, and ids may be spelled either
    /// way.
    public func mayBeAbout(machineID: String, targetID: String, actionType: String) -> Bool {
        (self.machineID.map { PlatformID.areSame($0, machineID) } ?? true)
            && (self.targetID.map { PlatformID.areSame($0, targetID) } ?? true)
            && (self.actionType.map { $0.rawValue == actionType } ?? true)
    }

    /// A line.
    public init(
        machineID: String? = nil, targetID: String? = nil, status: String, actionType: RemediationActionType? = nil,
        timestamp: Timestamp? = nil, errorMessage: String? = nil, errorType: String? = nil
    ) {
        self.machineID = machineID
        self.targetID = targetID
        self.status = status
        self.actionType = actionType
        self.timestamp = timestamp
        self.errorMessage = errorMessage
        self.errorType = errorType
    }
}
