/// A vocabulary of words: an enum of strings (closed), or a struct around any string (open).
///
/// A word that a closed vocabulary does not have is refused with `invalid` and the list of what is allowed.
public protocol JSONName: RawRepresentable<String>, Sendable {
    /// All words of a closed vocabulary, for messages; empty for an open one.
    static var allowed: [String] { get }
}

extension JSONName {
    /// None: the vocabulary is open unless it lists its words.
    public static var allowed: [String] { [] }

    /// Reads a word. Throws `wrongType` for what is no string, `invalid` for an unknown word.
    @inlinable
    public init(reading value: JSONValue) throws(JSONError) {
        guard let name = Self(rawValue: try value.string()) else { throw value.notAllowed(Self.allowed) }
        self = name
    }
}

extension JSONName where Self: CaseIterable {
    /// The words of an enum.
    public static var allowed: [String] { allCases.map(\.rawValue) }
}

extension JSONValue {
    /// An error that quotes this string and lists what is allowed.
    @usableFromInline
    @inline(never)
    func notAllowed(_ words: [String]) -> JSONError {
        let found = JSONDocument.quoted(document.text(of: token))
        return error(
            .invalid, words.isEmpty ? "\(found) is not allowed" : "\(found) is none of \(words.joined(separator: ", "))"
        )
    }
}
