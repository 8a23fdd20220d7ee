/// What is wrong in a scenario or in an instruction of a test, and where.
struct ScenarioError: Error, Equatable, CustomStringConvertible {
    let path: String
    let note: String

    var description: String { "\(path.isEmpty ? "scenario" : path): \(note)" }
}

/// Reads the members of one object of a scenario, strictly: a wrong type is an error with its path, and so is a member
/// that nobody asked for, because a mistyped switch would otherwise silently keep its default.
struct Fields {
    let path: String
    private let members: [Document.Member]
    private var known: [String] = []

    init(_ document: Document, path: String) throws(ScenarioError) {
        guard let members = document.members else { throw ScenarioError(path: path, note: "must be an object") }
        self.path = path
        self.members = members
    }

    /// The member as it stands; `nil` if it is absent.
    mutating func document(_ key: String) -> Document? {
        known.append(key)
        return members.first { $0.key == key }?.value
    }

    /// Runs `body` over the object, then refuses members that it did not ask for.
    static func read<T>(
        _ document: Document, path: String, _ body: (inout Fields) throws(ScenarioError) -> T
    ) throws(ScenarioError) -> T {
        var fields = try Fields(document, path: path)
        let value = try body(&fields)
        try fields.finish()
        return value
    }

    private func finish() throws(ScenarioError) {
        guard let unknown = members.first(where: { !known.contains($0.key) && $0.key != "comment" }) else { return }
        throw ScenarioError(
            path: join(unknown.key), note: "is not known here; allowed: \(known.joined(separator: ", "))")
    }

    func join(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func wrong(_ key: String, _ note: String) -> ScenarioError { ScenarioError(path: join(key), note: note) }
}

extension Fields {
    mutating func string(_ key: String) throws(ScenarioError) -> String {
        guard let text = try optionalString(key) else { throw wrong(key, "is missing") }
        return text
    }

    mutating func string(_ key: String, default fallback: String) throws(ScenarioError) -> String {
        try optionalString(key) ?? fallback
    }

    mutating func optionalString(_ key: String) throws(ScenarioError) -> String? {
        guard let value = document(key), !value.isNull else { return nil }
        guard let text = value.text else { throw wrong(key, "must be a string") }
        return text
    }

    mutating func strings(_ key: String, default fallback: [String] = []) throws(ScenarioError) -> [String] {
        guard let value = document(key) else { return fallback }
        guard let items = value.items else { throw wrong(key, "must be an array of strings") }
        let texts = items.compactMap(\.text)
        guard texts.count == items.count else { throw wrong(key, "must be an array of strings") }
        return texts
    }

    mutating func optionalInteger(_ key: String) throws(ScenarioError) -> Int64? {
        guard let value = document(key), !value.isNull else { return nil }
        guard let number = value.integer else { throw wrong(key, "must be a whole number") }
        return number
    }

    mutating func integer(_ key: String, default fallback: Int64) throws(ScenarioError) -> Int64 {
        try optionalInteger(key) ?? fallback
    }

    mutating func count(_ key: String, default fallback: Int) throws(ScenarioError) -> Int {
        let number = try integer(key, default: Int64(fallback))
        guard number >= 0, let count = Int(exactly: number) else { throw wrong(key, "must not be negative") }
        return count
    }

    mutating func bool(_ key: String, default fallback: Bool) throws(ScenarioError) -> Bool {
        guard let value = document(key) else { return fallback }
        guard let bool = value.bool else { throw wrong(key, "must be true or false") }
        return bool
    }

    mutating func choice<E: RawRepresentable<String> & CaseIterable>(
        _ key: String, default fallback: E
    ) throws(ScenarioError) -> E {
        guard let text = try optionalString(key) else { return fallback }
        guard let value = E(rawValue: text) else {
            let allowed = E.allCases.map(\.rawValue).joined(separator: ", ")
            throw wrong(key, "\(text) is not known; allowed: \(allowed)")
        }
        return value
    }

    /// The objects of an array member; empty if it is absent.
    mutating func list<T>(
        _ key: String, _ body: (inout Fields) throws(ScenarioError) -> T
    ) throws(ScenarioError) -> [T] {
        guard let value = document(key) else { return [] }
        guard let items = value.items else { throw wrong(key, "must be an array of objects") }
        var result: [T] = []
        for (index, item) in items.enumerated() {
            result.append(try Fields.read(item, path: "\(join(key))[\(index)]", body))
        }
        return result
    }

    /// An object member; an empty object if it is absent, so that every switch inside has its default.
    mutating func object<T>(
        _ key: String, _ body: (inout Fields) throws(ScenarioError) -> T
    ) throws(ScenarioError) -> T {
        try Fields.read(document(key) ?? .object([]), path: join(key), body)
    }
}
