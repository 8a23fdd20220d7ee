/// What names an element: ids of different types of elements are separate worlds, as in the vendor's own example, which
/// uses one id for a machine and for a process on it.
struct ElementID: Sendable, Hashable {
    var type: String
    var guid: GUID

    init(_ type: String, _ guid: GUID) {
        self.type = type
        self.guid = guid
    }
}

/// The values of a feature as the platform prints them: strings or nulls, possibly none at all.
///
/// All variants occur on the wire: `{"totalValues":1,"values":[null]}`, `{"totalValues":0,"values":null}` and
/// `{"totalValues":0,"values":[]}`.
struct FeatureValue: Sendable, Hashable {
    var values: [String?]?
    var totalValues: Int

    init(_ values: [String?]?, total: Int? = nil) {
        self.values = values
        totalValues = total ?? values?.count ?? 0
    }

    static func one(_ value: String?) -> FeatureValue { FeatureValue([value]) }
    static func one(_ value: Int64) -> FeatureValue { FeatureValue([String(value)]) }
    static func one(_ value: Bool) -> FeatureValue { FeatureValue([value ? "true" : "false"]) }

    var present: [String] { (values ?? []).compactMap(\.self) }
}

/// The elements that a feature links to; `targets` is null on the wire when there are too many of them.
struct LinkValue: Sendable, Hashable {
    var targets: [ElementID]?
    var totalValues: Int

    init(_ targets: [ElementID]?, total: Int? = nil) {
        self.targets = targets
        totalValues = total ?? targets?.count ?? 0
    }
}

/// One node of the console's graph: a machine, a file, a malop.
struct Element: Sendable {
    let id: ElementID
    var name: String
    var values: [String: FeatureValue] = [:]
    var links: [String: LinkValue] = [:]
    var hasSuspicions = false
    var hasMalops = false
    var isMalicious = false
    var suspicions: [String: Int64] = [:]

    init(_ type: String, _ guid: GUID, name: String) {
        id = ElementID(type, guid)
        self.name = name
        values["elementDisplayName"] = .one(name)
    }

    var guid: GUID { id.guid }
    var type: String { id.type }

    /// The first value of a feature.
    func first(_ feature: String) -> String? { values[feature]?.present.first }

    func isTrue(_ feature: String) -> Bool { first(feature) == "true" }

    /// The first element that a feature links to.
    func link(_ feature: String) -> ElementID? { links[feature]?.targets?.first }

    mutating func set(_ feature: String, _ value: FeatureValue) { values[feature] = value }
}
