import JSON

/// One element of a query's answer, in the console's loose form made plain: values are texts, what is null is left out.
struct ElementRow: Sendable, Equatable {
    /// A reference to another element.
    struct Reference: Sendable, Equatable {
        let guid: String
        let name: String
        let type: String
    }

    let guid: String
    private let simple: [String: [String]]
    private let links: [String: [Reference]]
    /// Features of which the console has not written all that there is.
    private let cut: Set<String>

    /// Reads a row of `resultIdToElementDataMap`; nil if it has no id at all.
    init?(key: String, _ value: JSONValue) {
        let id = key.isEmpty ? value["guidString"]?.asString ?? "" : key
        guard !id.isEmpty else { return nil }
        guid = id
        var cut: Set<String> = []
        var simple: [String: [String]] = [:]
        if let values = value["simpleValues"] {
            for (name, feature) in values.members {
                simple[name] = Self.texts(feature["values"])
                if Self.isCut(feature, feature["values"]) { cut.insert(name) }
            }
        }
        self.simple = simple
        var links: [String: [Reference]] = [:]
        if let values = value["elementValues"] {
            for (name, feature) in values.members {
                links[name] = Self.references(feature["elementValues"])
                if Self.isCut(feature, feature["elementValues"]) { cut.insert(name) }
            }
        }
        self.links = links
        self.cut = cut
    }

    /// Whether the row has the feature, with all that there is: only then is nothing in it surely nothing.
    func isTold(_ feature: String) -> Bool {
        (simple[feature] != nil || links[feature] != nil) && !cut.contains(feature)
    }

    /// All values of a feature; none if it is missing, null, empty, or holds only nulls.
    func texts(_ feature: String) -> [String] { simple[feature] ?? [] }

    /// The first value of a feature that is not empty.
    func text(_ feature: String) -> String? {
        simple[feature]?.first { !$0.isEmpty }
    }

    /// A feature that is true or false; the console writes them as texts.
    func flag(_ feature: String) -> Bool? {
        text(feature).flatMap { Bool($0.lowercased()) }
    }

    /// A time in epoch milliseconds.
    func time(_ feature: String) -> Timestamp? {
        text(feature).flatMap { Int64($0) }.flatMap(Timestamp.init(platform:))
    }

    /// The elements that a feature refers to.
    func references(_ feature: String) -> [Reference] { links[feature] ?? [] }

    /// Of too many elements the console writes the number alone.
    private static func isCut(_ feature: JSONValue, _ values: JSONValue?) -> Bool {
        let count = values.map { $0.elements.reduce(0) { count, _ in count + 1 } } ?? 0
        return (feature["totalValues"]?.asInt64 ?? 0) > Int64(count)
    }

    private static func texts(_ values: JSONValue?) -> [String] {
        guard let values else { return [] }
        return values.elements.compactMap(text)
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value.kind {
        // The console passes on what sensors send, with zero characters in it.
        case .string: value.asString?.replacing("\u{0}", with: "")
        case .number, .bool: String(decoding: value.text().bytes, as: UTF8.self)
        case .null, .array, .object: nil
        }
    }

    private static func references(_ values: JSONValue?) -> [Reference] {
        guard let values else { return [] }
        return values.elements.compactMap { value in
            guard let guid = value["guid"]?.asString, !guid.isEmpty else { return nil }
            return Reference(
                guid: guid, name: value["name"]?.asString ?? "", type: value["elementType"]?.asString ?? "")
        }
    }
}

extension Timestamp {
    /// A time of the platform in epoch milliseconds; nil for nothing, zero, and what is no time of this age.
    init?(platform milliseconds: Int64?) {
        guard let milliseconds, milliseconds > 0, milliseconds <= Timestamp.latest.milliseconds else { return nil }
        self.init(milliseconds: milliseconds)
    }
}
