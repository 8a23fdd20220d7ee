/// A part of a YAML document, with where it stands.
public struct YAMLNode: Sendable, Hashable {
    /// One entry of a mapping.
    public struct Entry: Sendable, Hashable {
        /// The key's text.
        public let key: String
        /// The line of the key, from 1.
        public let line: Int
        /// The value.
        public let value: YAMLNode
    }

    /// What a node is.
    public enum Content: Sendable, Hashable {
        /// Text. Plain text was written without quotes; whether it means a number or nothing is its reader's business.
        case scalar(String, isPlain: Bool)
        /// A list.
        case sequence([YAMLNode])
        /// Entries in their order, each key once.
        case mapping([Entry])
    }

    /// What it is.
    public let content: Content
    /// Its line, from 1.
    public let line: Int
    /// Its column, from 1, in characters.
    public let column: Int

    /// The text of a scalar; nil if it is none, or says that there is nothing.
    public var text: String? {
        guard case .scalar(let text, _) = content, !isNull else { return nil }
        return text
    }

    /// Whether it says that there is nothing: left empty, `~` or `null`.
    public var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The items of a sequence; nil if it is none.
    public var items: [YAMLNode]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    /// The entries of a mapping; nil if it is none.
    public var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The value of a mapping's key.
    public subscript(key: String) -> YAMLNode? {
        entries?.first { $0.key == key }?.value
    }
}
