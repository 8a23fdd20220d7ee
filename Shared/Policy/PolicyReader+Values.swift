internal import Model

/// Values that several parts of a policy have.
extension PolicyReader {
    /// A line for people, of 1 to 100 characters; nil if it is none.
    mutating func name(_ node: YAMLNode, _ key: String, _ what: String) -> String? {
        guard let node = required(node, "name", key, what) else { return nil }
        let isLine = node.text.map { !$0.isEmpty && $0.count <= 100 && !$0.contains(where: \.isControl) } ?? false
        if isLine { return node.text }
        note(node.line, "\(key).name", "a line of 1 to 100 characters")
        return nil
    }

    mutating func mode(_ node: YAMLNode?, _ key: String) -> ResponseMode? {
        guard let node else { return nil }
        if let mode = node.text.flatMap(ResponseMode.init(rawValue:)) { return mode }
        note(node.line, key, "\(Self.quoted(node)) is not a mode; allowed are \(Self.names(of: ResponseMode.self))")
        modesAreRight = false
        return nil
    }

    mutating func flag(_ node: YAMLNode?, _ key: String) -> Bool {
        guard let node else { return false }
        if case .scalar(let text, isPlain: true) = node.content, let flag = Bool(text) { return flag }
        note(node.line, key, "\(Self.quoted(node)) is neither true nor false")
        return false
    }

    /// Action types that anyone may ask for; none at all is a list too.
    mutating func actions(_ node: YAMLNode?, _ key: String) -> Set<ActionType>? {
        guard let node else { return nil }
        let allowed = ActionType.supported.map(\.rawValue)
        let actions = words(node, key, "actions", mayBeEmpty: true).compactMap { word -> ActionType? in
            if allowed.contains(word.text) { return ActionType(rawValue: word.text) }
            note(word.line, key, "'\(word.text)' is not an action; allowed are \(allowed.joined(separator: ", "))")
            return nil
        }
        return Set(actions)
    }

    /// Names of the policy's own groups; at least one.
    mutating func groups(_ node: YAMLNode?, _ key: String) -> Set<String>? {
        node.map { references($0, key, "group", groupNames) }
    }

    /// Words that stand elsewhere in the policy; at least one.
    mutating func references(_ node: YAMLNode, _ key: String, _ what: String, _ known: Set<String>) -> Set<String> {
        let words = words(node, key, "\(what)s", mayBeEmpty: false)
        for word in words where !known.contains(word.text) {
            let allowed = known.isEmpty ? "it has none" : "it has \(known.sorted().joined(separator: ", "))"
            note(word.line, key, "'\(word.text)' is not a \(what) of this policy; \(allowed)")
        }
        return Set(words.map(\.text))
    }

    /// Patterns of names; at least one.
    mutating func patterns(_ node: YAMLNode?, _ key: String) -> [NamePattern]? {
        guard let node else { return nil }
        return texts(node, key, "patterns").map { NamePattern($0) }
    }

    /// Texts on a line each, as names and ids are; at least one.
    mutating func texts(_ node: YAMLNode, _ key: String, _ what: String) -> [String] {
        words(node, key, what, mayBeEmpty: false).compactMap { word in
            if (1...256).contains(word.text.utf8.count), !word.text.contains(where: \.isControl) { return word.text }
            note(word.line, key, "each is a line of 1 to 256 bytes")
            return nil
        }
    }

    mutating func choices<T: RawRepresentable<String> & CaseIterable>(
        _ node: YAMLNode, _ key: String, _ what: String, of type: T.Type
    ) -> [T] {
        words(node, key, "words", mayBeEmpty: false).compactMap { word in
            if let choice = T(rawValue: word.text) { return choice }
            note(word.line, key, "'\(word.text)' is not \(what); allowed are \(Self.names(of: type))")
            return nil
        }
    }

    mutating func words(
        _ node: YAMLNode, _ key: String, _ what: String, mayBeEmpty: Bool
    ) -> [(text: String, line: Int)] {
        guard let items = list(node, key, of: what) else { return [] }
        if items.isEmpty, !mayBeEmpty { note(node.line, key, "at least one, or leave the key out where it may be") }
        var words: [(text: String, line: Int)] = []
        for item in items {
            guard let text = item.text else {
                note(item.line, key, "\(Self.quoted(item)) is not a word")
                continue
            }
            if words.contains(where: { $0.text == text }) { note(item.line, key, "'\(text)' is given twice") }
            words.append((text, item.line))
        }
        return words
    }

    static func names<T: RawRepresentable<String> & CaseIterable>(of type: T.Type) -> String {
        type.allCases.map(\.rawValue).joined(separator: ", ")
    }
}

extension Character {
    fileprivate var isControl: Bool {
        isNewline || unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
