public import JSON
internal import PlatformIDs

/// What the console knows of a machine. What it does not say is nil: unknown is not the same as no.
public struct MachineState: Sendable, Equatable {
    /// The machine's GUID.
    public var guid: String
    /// Its name.
    public var name: String
    /// The sensor's own id, which isolation needs.
    public var pylumID: String?
    /// `WINDOWS`, `OSX`, `LINUX`.
    public var osType: String?
    /// Whether its sensor is connected now, so that an action reaches it.
    public var isConnected: Bool?
    /// Whether it is cut off the network by the console.
    public var isIsolated: Bool?
    /// The names of its groups; empty where the console says that it is in none. Older consoles do not tell groups at
    /// all.
    public var groups: [String]?
    /// When the console last heard of it.
    public var lastSeen: Timestamp?

    /// A state.
    public init(
        guid: String, name: String = "", pylumID: String? = nil, osType: String? = nil, isConnected: Bool? = nil,
        isIsolated: Bool? = nil, groups: [String]? = nil, lastSeen: Timestamp? = nil
    ) {
        self.guid = guid
        self.name = name
        self.pylumID = pylumID
        self.osType = osType
        self.isConnected = isConnected
        self.isIsolated = isIsolated
        self.groups = groups
        self.lastSeen = lastSeen
    }
}

/// Elements of one kind by their GUID, and whether these are all that exist of those asked for.
public struct ElementStates<Element: Sendable & Equatable>: Sendable, Equatable {
    /// What came, by GUID.
    public var found: [String: Element]
    /// Only when whole does a missing element mean that the console knows none.
    public var completeness: Completeness

    /// States.
    public init(found: [String: Element], completeness: Completeness) {
        self.found = found
        self.completeness = completeness
    }

    /// The element with this id, in whichever of the platform's two spellings the console has it.
    public subscript(id: String) -> Element? {
        found[id] ?? PlatformID.spellings(id).lazy.compactMap { found[$0] }.first
    }
}

extension ConsoleClient {
    /// The states of machines by their GUIDs.
    ///
    /// - Throws: ``ConsoleError``; of kind `invalidArgument` if an id cannot be one.
    public func machineStates(
        _ guids: [String], deadline: ContinuousClock.Instant? = nil
    ) async throws(ConsoleError) -> ElementStates<MachineState> {
        let fields = [
            "elementDisplayName", "pylumId", "osType", "isActiveProbeConnected", "isIsolated", "group",
            "lastSeenTimeStamp",
        ]
        let answer = try await elements("Machine", guids: guids, fields: fields, deadline: deadline)
        let found = answer.rows.map { row in (row.guid, MachineState(row)) }
        return ElementStates(
            found: Dictionary(found) { first, _ in first }, completeness: answer.completeness)
    }
}

extension MachineState {
    init(_ row: ElementRow) {
        self.init(
            guid: row.guid, name: row.text("elementDisplayName") ?? "", pylumID: row.text("pylumId"),
            osType: row.text("osType"), isConnected: row.flag("isActiveProbeConnected"),
            isIsolated: row.flag("isIsolated"),
            groups: row.isTold("group")
                ? row.texts("group").filter { !$0.isEmpty } + row.references("group").map(\.name) : nil,
            lastSeen: row.time("lastSeenTimeStamp"))
    }
}
