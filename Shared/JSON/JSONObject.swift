/// A cursor at an object whose fields are asked for by name. Valid only inside the closure of
/// ``withJSON(_:limits:_:)``.
///
/// The typed accessors throw `missing` for an absent field and `wrongType` for one of another type; the optional ones
/// give nil for a field that is absent or null.
@frozen
public struct JSONObject {
    /// Where the object is found.
    @usableFromInline let document: JSONDocument
    /// The tape index of the object.
    @usableFromInline let index: Int

    /// Points at an object.
    @inlinable
    init(_ document: JSONDocument, _ index: Int) {
        self.document = document
        self.index = index
    }

    /// This object as a value.
    public var value: JSONValue { JSONValue(document, index) }

    /// The value of a field, also if it is null; nil if it is absent.
    public func find(_ key: StaticString) -> JSONValue? {
        let end = document[index].extent
        let name = unsafe UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        let found = unsafe document.find(name, from: index + 1, to: end)
        return found < end ? JSONValue(document, found) : nil
    }

    /// The value of a field. Throws `missing` if it is absent.
    public func required(_ key: StaticString) throws(JSONError) -> JSONValue {
        if let value = find(key) { return value }
        throw missing(key)
    }

    /// The value of a field; nil if it is absent or null.
    public func optional(_ key: StaticString) -> JSONValue? {
        guard let value = find(key), !value.isNull else { return nil }
        return value
    }

    /// The text of a field.
    public func string(_ key: StaticString) throws(JSONError) -> String { try required(key).string() }
    /// The text of a field that may be absent or null.
    public func optionalString(_ key: StaticString) throws(JSONError) -> String? { try optional(key)?.string() }
    /// The integer of a field.
    public func int(_ key: StaticString) throws(JSONError) -> Int64 { try required(key).int() }
    /// The integer of a field that may be absent or null.
    public func optionalInt(_ key: StaticString) throws(JSONError) -> Int64? { try optional(key)?.int() }
    /// The number of a field.
    public func double(_ key: StaticString) throws(JSONError) -> Double { try required(key).double() }
    /// The number of a field that may be absent or null.
    public func optionalDouble(_ key: StaticString) throws(JSONError) -> Double? { try optional(key)?.double() }
    /// The truth of a field.
    public func bool(_ key: StaticString) throws(JSONError) -> Bool { try required(key).bool() }
    /// The truth of a field that may be absent or null.
    public func optionalBool(_ key: StaticString) throws(JSONError) -> Bool? { try optional(key)?.bool() }
    /// The object of a field.
    public func object(_ key: StaticString) throws(JSONError) -> JSONObject { try required(key).object() }
    /// The object of a field that may be absent or null.
    public func optionalObject(_ key: StaticString) throws(JSONError) -> JSONObject? { try optional(key)?.object() }
    /// What `each` makes of the elements of a field.
    public func array<T>(
        _ key: StaticString, _ each: (JSONValue) throws(JSONError) -> T
    ) throws(JSONError) -> [T] {
        try required(key).array(each)
    }

    /// An error that says that a field is absent.
    @usableFromInline
    @inline(never)
    func missing(_ key: StaticString) -> JSONError {
        let path = document.path(to: index) + JSONDocument.step(key.description)
        return JSONError(code: .missing, offset: document[index].start, path: path, note: "required")
    }
}
