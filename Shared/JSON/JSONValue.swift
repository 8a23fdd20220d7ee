/// A cursor at one value of a parsed document. Valid only inside the closure of ``withJSON(_:limits:_:)``; to use it later
/// stops the process, as an index beyond the end of an array does.
@frozen
@safe
public struct JSONValue {
    /// Where the value is found.
    @usableFromInline let document: JSONDocument
    /// The tape index of the value.
    @usableFromInline let index: Int

    /// Points at a value.
    @inlinable
    @inline(__always)
    init(_ document: JSONDocument, _ index: Int) {
        self.document = document
        self.index = index
    }

    /// The value's token.
    @inlinable @inline(__always) var token: JSONToken { document[index] }

    /// The six types of JSON.
    public enum Kind: String, Sendable {
        case null, bool, number, string, array, object
    }

    /// The type of this value.
    public var kind: Kind {
        switch token.kind {
        case JSONToken.object: .object
        case JSONToken.array: .array
        case JSONToken.string: .string
        case JSONToken.number: .number
        case JSONToken.null: .null
        default: .bool
        }
    }

    /// Whether this is `null`.
    @inlinable public var isNull: Bool { token.kind == JSONToken.null }

    /// The byte of the document at which this value starts.
    public var offset: Int {
        token.kind == JSONToken.string ? token.start - 1 : token.start
    }

    /// The names from the root to this value, as in `$.machines[1].guid`. Searches the document: for messages only.
    public var path: String { document.path(to: index) }

    /// This value's fields. Throws `wrongType` if it is not an object.
    @inlinable
    public func object() throws(JSONError) -> JSONObject {
        guard token.kind == JSONToken.object else { throw wrongType("object") }
        return JSONObject(document, index)
    }

    /// This value's text. Throws `wrongType` if it is not a string.
    @inlinable
    public func string() throws(JSONError) -> String {
        let token = token
        guard token.kind == JSONToken.string else { throw wrongType("string") }
        return document.text(of: token)
    }

    /// This value as an integer. Throws `wrongType` for what is no number and for `1.0` and `1e3`, `overflow` for what
    /// does not fit into 64 bits.
    public func int() throws(JSONError) -> Int64 {
        if let value = wholeNumber { return value }
        guard token.kind == JSONToken.number, token.flags == 0 else { throw wrongType("integer") }
        throw error(.overflow, "does not fit into 64 bits")
    }

    /// This value as the nearest double. Throws `wrongType` for what is no number, `overflow` for what is too large.
    public func double() throws(JSONError) -> Double {
        if let value = number { return value }
        guard token.kind == JSONToken.number else { throw wrongType("number") }
        throw error(.overflow, "too large")
    }

    /// A number without fraction and exponent that fits into 64 bits. Nil rather than an error, which must search the
    /// document for its path.
    var wholeNumber: Int64? {
        let token = token
        guard token.kind == JSONToken.number, token.flags == 0 else { return nil }
        return unsafe JSONNumber.int64(document.verbatim(index))
    }

    /// A number that a double can hold.
    var number: Double? {
        token.kind == JSONToken.number ? unsafe JSONNumber.double(document.verbatim(index)) : nil
    }

    /// This value as true or false. Throws `wrongType` for all else, also for 0 and 1.
    @inlinable
    public func bool() throws(JSONError) -> Bool {
        switch token.kind {
        case JSONToken.yes: return true
        case JSONToken.no: return false
        default: throw wrongType("true or false")
        }
    }

    /// What `each` makes of this array's elements. Throws `wrongType` if this is not an array.
    @inlinable
    public func array<T>(_ each: (JSONValue) throws(JSONError) -> T) throws(JSONError) -> [T] {
        let token = token
        guard token.kind == JSONToken.array else { throw wrongType("array") }
        var result: [T] = []
        var i = index + 1
        if i < token.extent { result.reserveCapacity(4) }
        while i < token.extent {
            result.append(try each(JSONValue(document, i)))
            i = document.next(i)
        }
        return result
    }

    /// The bytes of this value as the sender wrote them, white space inside included.
    public func text() -> JSONText {
        unsafe JSONText(checked: Array(document.verbatim(index)))
    }

    /// An error about this value, for a check that only its reader can do.
    @inline(never)
    public func error(_ code: JSONError.Code, _ note: String) -> JSONError {
        JSONError(code: code, offset: offset, path: path, note: note)
    }

    /// An error that says what was expected here.
    @usableFromInline
    @inline(never)
    func wrongType(_ expected: StaticString) -> JSONError {
        error(.wrongType, "expected \(expected)")
    }
}

/// Parses a document and lends its root.
///
/// - Parameters:
///   - bytes: UTF-8 without a byte order mark.
///   - limits: how much the sender may ask.
///   - body: what to do with the root. No cursor may leave it. That the result is `Sendable` keeps one from being returned;
///     one that leaves through a variable stops the process when it is used.
/// - Returns: what `body` returns.
/// - Throws: what is wrong with the document, or what `body` throws.
public func withJSON<R: Sendable>(
    _ bytes: [UInt8], limits: JSONLimits = .platform, _ body: (JSONValue) throws(JSONError) -> R
) throws(JSONError) -> R {
    guard bytes.count <= limits.maxBytes else {
        throw JSONError(.tooLarge, at: limits.maxBytes, "\(bytes.count) bytes, at most \(limits.maxBytes)")
    }
    return try unsafe bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
        guard let start = buffer.baseAddress, !buffer.isEmpty else { throw JSONError(.truncated, at: 0) }
        var parser = unsafe JSONParser(JSONScanner(bytes: start, count: buffer.count), limits: limits)
        try parser.parse()
        return try body(JSONValue(parser.document, 0))
    }
}

/// Parses a document and lends its root to a body that also throws errors of other kinds.
///
/// A closure of which the compiler does not know what it throws is taken for one of these.
@_disfavoredOverload
public func withJSON<R: Sendable>(
    _ bytes: [UInt8], limits: JSONLimits = .platform, _ body: (JSONValue) throws -> R
) throws -> R {
    let result = try withJSON(bytes, limits: limits) { value throws(JSONError) in Result { try body(value) } }
    return try result.get()
}
