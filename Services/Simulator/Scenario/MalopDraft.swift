/// A detection as the scenario describes it.
struct MalopDraft: Sendable {
    /// What was found, and what the automatic protection did about it.
    struct Suspect: Sendable {
        var element: String
        var decisionStatus: String
        /// What the file or process itself says last; it may differ from the suspect's.
        var lastDecisionStatus: String
    }

    var handle: String
    var guid: String?
    /// `MalopDetectionEvents` for a detection of endpoint protection, `MalopProcess` for one of behaviour.
    var type: String
    /// May be empty, as it is on the wire.
    var name: String
    var displayName: String
    var decisionStatuses: [String]
    var machines: [String]
    var accounts: [String]
    var fileSuspects: [Suspect]
    var processSuspects: [Suspect]
    var connections: [String]
    var autoruns: [String]
    var engines: [String]
    var detectionType: String
    var severity: String
    var status: String
    var startedAgoMs: Int64
    var appearsAfterMs: Int64?
    var features: [Document.Member]
}

extension MalopDraft {
    init(_ fields: inout Fields) throws(ScenarioError) {
        handle = try fields.string("id")
        guid = try fields.optionalString("guid")
        type = try fields.string("type", default: "MalopDetectionEvents")
        name = try fields.string("name", default: "")
        displayName = try fields.string("displayName", default: name)
        decisionStatuses = try fields.strings("decisionStatuses")
        machines = try fields.strings("machines")
        accounts = try fields.strings("accounts")
        fileSuspects = try fields.list("files") { (item) throws(ScenarioError) in try Suspect(&item, key: "file") }
        processSuspects = try fields.list("processes") { (item) throws(ScenarioError) in
            try Suspect(&item, key: "process")
        }
        connections = try fields.strings("connections")
        autoruns = try fields.strings("autoruns")
        engines = try fields.strings("detectionEngines", default: ["AntiVirus"])
        detectionType = try fields.string("detectionType", default: "KNOWN_MALWARE")
        severity = try fields.string("severity", default: "High")
        status = try fields.string("status", default: "Active")
        startedAgoMs = try fields.integer("startedAgoMs", default: 600_000)
        appearsAfterMs = try fields.optionalInteger("appearsAfterMs")
        features = fields.document("features")?.members ?? []
    }
}

extension MalopDraft.Suspect {
    init(_ fields: inout Fields, key: String) throws(ScenarioError) {
        element = try fields.string(key)
        decisionStatus = try fields.string("decisionStatus", default: "DDS_FAILED_TO_PREVENT")
        lastDecisionStatus = try fields.string("lastDecisionStatus", default: "DDS_UNKNOWN")
    }
}

/// Something that happens by itself some time after the start.
struct EventDraft: Sendable {
    enum Change: Sendable {
        case online(machine: String, Bool)
        case processEnds(String)
        case decisionStatuses(malop: String, [String])
    }

    var afterMs: Int64
    var change: Change

    init(afterMs: Int64, change: Change) {
        self.afterMs = afterMs
        self.change = change
    }

    init(_ fields: inout Fields) throws(ScenarioError) {
        afterMs = try fields.integer("afterMs", default: 0)
        let machine = try fields.optionalString("machine")
        let online = try fields.bool("online", default: true)
        let process = try fields.optionalString("processEnds")
        let malop = try fields.optionalString("malop")
        let statuses = try fields.strings("decisionStatuses")
        if let machine {
            change = .online(machine: machine, online)
        } else if let process {
            change = .processEnds(process)
        } else if let malop {
            change = .decisionStatuses(malop: malop, statuses)
        } else {
            throw fields.wrong(
                "machine", "an event needs machine and online, processEnds, or malop and decisionStatuses")
        }
    }
}
