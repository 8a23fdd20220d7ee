public import JSON
internal import PlatformIDs

/// What the console knows of a process, to see whether stopping it had an effect.
public struct ProcessState: Sendable, Equatable {
    /// The process's GUID.
    public var guid: String
    /// Its name.
    public var name: String
    /// The GUID of its machine.
    public var machineID: String?
    /// When it ended; nil while it runs, and where the console does not say.
    public var endTime: Timestamp?
    /// Whether it runs, where the console says.
    public var isLive: Bool?

    /// Whether it has ended; nil where the console does not say.
    public var hasEnded: Bool? { endTime != nil ? true : isLive.map { !$0 } }

    /// A state.
    public init(
        guid: String, name: String = "", machineID: String? = nil, endTime: Timestamp? = nil, isLive: Bool? = nil
    ) {
        self.guid = guid
        self.name = name
        self.machineID = machineID
        self.endTime = endTime
        self.isLive = isLive
    }
}

/// What the console knows of a file, to see whether quarantining it had an effect.
public struct FileState: Sendable, Equatable {
    /// The file's GUID.
    public var guid: String
    /// Its name.
    public var name: String
    /// Its path.
    public var path: String?
    /// The GUID of its machine.
    public var machineID: String?
    /// The name of its machine.
    public var machineName: String?
    /// Whether it is in quarantine, where the console says.
    public var isQuarantined: Bool?

    /// A state.
    public init(
        guid: String, name: String = "", path: String? = nil, machineID: String? = nil, machineName: String? = nil,
        isQuarantined: Bool? = nil
    ) {
        self.guid = guid
        self.name = name
        self.path = path
        self.machineID = machineID
        self.machineName = machineName
        self.isQuarantined = isQuarantined
    }
}

/// A file in quarantine. Its own id is what `UNQUARANTINE_FILE` needs; the original file has another.
public struct QuarantinedFile: Sendable, Hashable {
    /// The id to bring the file back with.
    public var guid: String
    /// The file's name.
    public var name: String
    /// The GUID of its machine, where the console says.
    public var machineID: String?

    /// A file in quarantine.
    public init(guid: String, name: String, machineID: String? = nil) {
        self.guid = guid
        self.name = name
        self.machineID = machineID
    }
}

extension ConsoleClient {
    /// The states of processes by their GUIDs.
    ///
    /// - Throws: ``ConsoleError``.
    public func processStates(
        _ guids: [String], deadline: ContinuousClock.Instant? = nil
    ) async throws(ConsoleError) -> ElementStates<ProcessState> {
        let fields = ["elementDisplayName", "ownerMachine", "creationTime", "endTime", "isLiveProcess"]
        let answer = try await elements("Process", guids: guids, fields: fields, deadline: deadline)
        let found = answer.rows.map { row in
            let state = ProcessState(
                guid: row.guid, name: row.text("elementDisplayName") ?? "",
                machineID: row.references("ownerMachine").first?.guid, endTime: row.time("endTime"),
                isLive: row.flag("isLiveProcess"))
            return (row.guid, state)
        }
        return ElementStates(found: Dictionary(found) { first, _ in first }, completeness: answer.completeness)
    }

    /// The states of files by their GUIDs.
    ///
    /// - Throws: ``ConsoleError``.
    public func fileStates(
        _ guids: [String], deadline: ContinuousClock.Instant? = nil
    ) async throws(ConsoleError) -> ElementStates<FileState> {
        let fields = ["elementDisplayName", "ownerMachine", "correctedPath", "fileIsQuarantined"]
        let answer = try await elements("File", guids: guids, fields: fields, deadline: deadline)
        let found = answer.rows.map { row in
            let machine = row.references("ownerMachine").first
            let state = FileState(
                guid: row.guid, name: row.text("elementDisplayName") ?? "", path: row.text("correctedPath"),
                machineID: machine?.guid, machineName: machine?.name, isQuarantined: row.flag("fileIsQuarantined"))
            return (row.guid, state)
        }
        return ElementStates(found: Dictionary(found) { first, _ in first }, completeness: answer.completeness)
    }

    /// The files in quarantine that have a name, on a machine. The console has no way to ask by the original file's id;
    /// shipping clients ask by name and machine, as this does.
    ///
    /// - Parameters:
    ///   - name: the file's name, compared without regard to case.
    ///   - machineName: the machine's name.
    ///   - machineID: the machine's GUID; what the console says to be of another machine is left out.
    /// - Throws: ``ConsoleError``.
    public func quarantinedFiles(
        named name: String, onMachine machineName: String, machineID: String? = nil,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(ConsoleError) -> ElementStates<QuarantinedFile> {
        let filters = [
            VisualQuery.Filter(
                feature: "elementDisplayName", comparison: "ContainsIgnoreCase",
                values: [try PlatformID.checked(name, "file name")]),
            VisualQuery.Filter(
                feature: "ownerMachine", comparison: "ContainsIgnoreCase",
                values: [try PlatformID.checked(machineName, "machine name")]),
        ]
        let step = VisualQuery.Step(type: "QuarantineFile", filters: filters, isResult: true)
        let fields = ["elementDisplayName", "ownerMachine", "quarantineFile"]
        let answer = try await ask([step], fields: fields, deadline: deadline)
        var found: [String: QuarantinedFile] = [:]
        for row in answer.rows {
            let owner = row.references("ownerMachine").first?.guid
            if let machineID, let owner, !PlatformID.areSame(owner, machineID) { continue }
            if let shown = row.text("elementDisplayName"), shown.lowercased() != name.lowercased() { continue }
            for copy in row.references("quarantineFile") {
                found[copy.guid] = QuarantinedFile(guid: copy.guid, name: name, machineID: owner)
            }
        }
        return ElementStates(found: found, completeness: answer.completeness)
    }
}
