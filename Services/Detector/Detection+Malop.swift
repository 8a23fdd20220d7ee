internal import Cybereason
internal import JSON
internal import Model

extension Detection {
    /// What a row of the query and the malop's details say together.
    init(_ row: FailedProtectionRow, _ details: MalopDetails, detectedAt: Timestamp, resumeFrom: Timestamp) {
        self.init()
        malopId = row.malopID
        malopName = [row.displayName, details.displayName].first { !$0.isEmpty }
        decisionStatuses = row.decisionStatuses
        createdAt = details.creationTime
        updatedAt = details.lastUpdateTime
        self.detectedAt = detectedAt
        machines = details.machines.map(Machine.init)
        suspects = details.suspects.compactMap(Model.Suspect.init)
        domains = details.domains
        addresses = details.addresses
        if case .partial(let reason) = details.completeness { incomplete = reason.detail }
        self.resumeFrom = resumeFrom
        identify()
    }

    /// A malop whose details the console will not give: still something that a person must see.
    init(
        _ row: FailedProtectionRow, detailsMissing reason: String, detectedAt: Timestamp, resumeFrom: Timestamp
    ) {
        self.init()
        malopId = row.malopID
        malopName = row.displayName.isEmpty ? nil : row.displayName
        decisionStatuses = row.decisionStatuses
        self.detectedAt = detectedAt
        detailsMissing = reason
        self.resumeFrom = resumeFrom
        identify()
    }
}

extension Machine {
    init(_ state: MachineState) {
        self.init(guid: state.guid, name: state.name)
        pylumId = state.pylumID
        os = state.osType
        connected = state.isConnected
        groups = state.groups
    }
}

extension Model.Suspect {
    /// Nil for an element on no known machine: nothing could be aimed at it.
    init?(_ suspect: Cybereason.Suspect) {
        guard let machine = suspect.machineID, !machine.isEmpty else { return nil }
        self.init()
        guid = suspect.guid
        kind =
            switch suspect.kind {
            case .process: .process
            case .file: .file
            case .registryEntry: .registryEntry
            }
        machineGuid = machine
        name = suspect.name.isEmpty ? nil : suspect.name
        path = suspect.path
        commandLine = suspect.commandLine
        md5 = suspect.md5?.lowercased()
        sha1 = suspect.sha1?.lowercased()
        sha256 = suspect.sha256?.lowercased()
        decisionStatus = suspect.decisionStatus
    }
}
