/// An element as the scenario describes it, with references by name that are resolved when all elements are known.
struct ElementDraft: Sendable {
    /// The lists of a scenario, in the order in which they are read: what others refer to comes first.
    enum Kind: String, Sendable, CaseIterable {
        case machines, accounts, files, processes, connections, autoruns, elements

        var type: String {
            switch self {
            case .machines: "Machine"
            case .accounts: "User"
            case .files: "File"
            case .processes: "Process"
            case .connections: "Connection"
            case .autoruns: "Autorun"
            case .elements: ""
            }
        }
    }

    struct Reference: Sendable {
        var feature: String
        var type: String
        var targets: [String]
        /// The feature by which the target refers back to this element, if it does.
        var inverse: String?
    }

    let type: String
    /// The name by which the scenario refers to it.
    let handle: String
    let guid: String?
    var name: String
    var machine: String?
    var values: [String: FeatureValue] = [:]
    /// Features that are points in time, as milliseconds before the start.
    var agesMs: [String: Int64] = [:]
    var references: [Reference] = []
    var nullLinks: [String: Int] = [:]
    var hasSuspicions = false
    var hasMalops = false
    var isMalicious = false
    var appearsAfterMs: Int64?
    var followUps: [EventDraft] = []

    init(_ fields: inout Fields, kind: Kind) throws(ScenarioError) {
        type = kind == .elements ? try fields.string("type") : kind.type
        handle = try fields.string("id")
        guid = try fields.optionalString("guid")
        name = try fields.string("name", default: handle)
        hasSuspicions = try fields.bool("hasSuspicions", default: false)
        hasMalops = try fields.bool("hasMalops", default: false)
        isMalicious = try fields.bool("malicious", default: false)
        appearsAfterMs = try fields.optionalInteger("appearsAfterMs")
        if kind != .machines { try readMachine(&fields, required: kind == .files || kind == .processes) }
        switch kind {
        case .machines: try readMachineMembers(&fields)
        case .accounts: try readAccountMembers(&fields)
        case .files: try readFileMembers(&fields)
        case .processes: try readProcessMembers(&fields)
        case .connections: try readConnectionMembers(&fields)
        case .autoruns: try readAutorunMembers(&fields)
        case .elements: try readLinks(&fields)
        }
        try readFeatures(&fields)
    }

    private mutating func readMachine(_ fields: inout Fields, required: Bool) throws(ScenarioError) {
        machine = try fields.optionalString("machine")
        if required && machine == nil { throw fields.wrong("machine", "is missing") }
        refer("ownerMachine", "Machine", machine)
    }

    mutating func refer(_ feature: String, _ type: String, _ target: String?, inverse: String? = nil) {
        guard let target else { return }
        references.append(Reference(feature: feature, type: type, targets: [target], inverse: inverse))
    }

    /// `features` override what was derived. A string, number or boolean is one value, null is `[null]`, an array is
    /// its values, and an object is `{values, totalValues}` as it is on the wire.
    private mutating func readFeatures(_ fields: inout Fields) throws(ScenarioError) {
        guard let features = fields.document("features") else { return }
        guard let members = features.members else { throw fields.wrong("features", "must be an object") }
        for member in members { values[member.key] = FeatureValue(member.value) }
    }

    /// `links` of an element of any type: `{feature: {type, targets}}`; targets null needs `totalValues`.
    private mutating func readLinks(_ fields: inout Fields) throws(ScenarioError) {
        for member in fields.document("links")?.members ?? [] {
            let targets = member.value["targets"] ?? .null
            guard let items = targets.items else {
                nullLinks[member.key] = Int(clamping: member.value["totalValues"]?.integer ?? 0)
                continue
            }
            guard let type = member.value["type"]?.text else {
                throw fields.wrong("links.\(member.key)", "needs the type of its targets")
            }
            references.append(Reference(feature: member.key, type: type, targets: items.compactMap(\.text)))
        }
    }
}

extension FeatureValue {
    init(_ document: Document) {
        if let items = document.items {
            self.init(items.map(\.printed))
        } else if document.members != nil {
            let values = document["values"]?.items?.map(\.printed)
            self.init(values, total: document["totalValues"]?.integer.map { Int(clamping: $0) })
        } else {
            self.init([document.printed])
        }
    }
}
