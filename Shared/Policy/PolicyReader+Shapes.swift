/// Lists and mappings.
extension PolicyReader {
    mutating func list(_ node: YAMLNode, _ key: String, of what: String) -> [YAMLNode]? {
        if let items = node.items { return items }
        note(node.line, key, "\(Self.quoted(node)) is not a list of \(what)")
        return nil
    }

    mutating func required(_ node: YAMLNode, _ name: String, _ key: String, _ what: String) -> YAMLNode? {
        if let value = node[name] { return value }
        note(node.line, "\(key).\(name)", "missing; \(what)")
        return nil
    }

    /// False if the node is no mapping at all.
    mutating func checkKeys(of node: YAMLNode, _ key: String, allowed: [String]) -> Bool {
        let names = allowed.joined(separator: ", ")
        guard let entries = node.entries else {
            note(node.line, key, "\(Self.quoted(node)) is not a mapping with the keys \(names)")
            return false
        }
        for entry in entries where !allowed.contains(entry.key) {
            note(entry.line, key.isEmpty ? entry.key : "\(key).\(entry.key)", "unknown key; allowed are \(names)")
        }
        return true
    }

    static func quoted(_ node: YAMLNode) -> String {
        switch node.content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let text, _): node.isNull ? "nothing" : "'\(text.prefix(80))'"
        }
    }
}

/// Names in a list that each may have once.
struct UniqueNames {
    private var lines: [String: Int] = [:]

    /// The line of the first entry with this name; nil if this is it.
    mutating func line(ofFirst name: String, at line: Int) -> Int? {
        if let first = lines[name] { return first }
        lines[name] = line
        return nil
    }
}
