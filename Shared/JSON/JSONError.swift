/// Why a document was refused: what is wrong, at which byte, and under which name.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong. The raw value is a stable kebab-case word, fit for a reason code.
    public enum Code: String, Sendable, CaseIterable {
        /// The document ends too early.
        case truncated
        /// A byte that the grammar does not allow at its place.
        case unexpected
        /// A number that breaks the grammar: a leading zero, a plus sign, a bare point.
        case badNumber = "bad-number"
        /// An unknown escape or a bare control character in a string.
        case badString = "bad-string"
        /// Bytes in a string that are not UTF-8.
        case badUTF8 = "bad-utf8"
        /// A `\u` escape of half a surrogate pair.
        case loneSurrogate = "lone-surrogate"
        /// Containers are nested deeper than the limit.
        case depth = "too-deep"
        /// The document has more bytes than the limit.
        case tooLarge = "too-large"
        /// One object has more keys than the limit.
        case tooManyKeys = "too-many-keys"
        /// A key stands twice in one object, perhaps escaped differently.
        case duplicateKey = "duplicate-key"
        /// Something follows the document's value.
        case trailing
        /// The value is of another type than the field.
        case wrongType = "wrong-type"
        /// A required field is absent.
        case missing
        /// A number outside the range of its field.
        case overflow
        /// The value has the right type but not an allowed content.
        case invalid
    }

    /// What is wrong.
    public let code: Code
    /// The byte of the document, counted from 0, at which it is wrong.
    public let offset: Int
    /// The names from the root to the value, as in `$.machines[1].guid`.
    public let path: String
    /// What was expected, or what is allowed; may be empty.
    public let note: String

    /// Creates an error, for a check that only the reader of a value can do.
    public init(code: Code, offset: Int, path: String = "$", note: String = "") {
        self.code = code
        self.offset = offset
        self.path = path
        self.note = note
    }

    /// Creates an error inside the parser, which adds the path on the way out.
    init(_ code: Code, at offset: Int, _ note: String = "") {
        self.init(code: code, offset: offset, path: "$", note: note)
    }

    /// The same error with the names that lead to it.
    func at(path: String) -> JSONError {
        JSONError(code: code, offset: offset, path: path, note: note)
    }

    /// One line such as `wrong type at byte 20 ($.t[1].a): expected integer`.
    public var description: String {
        let words = code.rawValue.split(separator: "-").joined(separator: " ")
        return "\(words) at byte \(offset) (\(path))" + (note.isEmpty ? "" : ": \(note)")
    }
}
