/// A message with one list of its fields, which serves for reading and for writing:
///
/// ```swift
/// struct Machine: JSONRecord {
///     var guid = "", name: String?, isOnline = false
///     mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
///         try c("guid", &guid)
///         try c("name", &name)
///         try c("isOnline", &isOnline)
///     }
/// }
/// ```
///
/// Unknown keys are ignored on reading. Nothing but the coder may throw while writing.
public protocol JSONRecord: Sendable {
    /// A record whose fields are about to be read.
    init()
    /// Hands each field to the coder under its key, in the order in which they are written.
    mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError)

    // The two below are requirements so that their default is compiled once for each record, specialised, and also
    // serves those who know the record only as a generic parameter.

    /// Reads a record from a value.
    init(reading value: JSONValue) throws(JSONError)
    /// Writes this record as an object.
    func write(to writer: inout JSONWriter)
}

extension JSONRecord {
    /// Makes an empty record and reads its fields. Throws what is wrong with the first bad one.
    @inlinable
    public init(reading value: JSONValue) throws(JSONError) {
        self.init()
        var reader = JSONReader(try value.object())
        try fields(&reader)
    }

    /// Writes the fields in the list's order.
    @inlinable
    public func write(to writer: inout JSONWriter) {
        var copy = self
        writer.open(UInt8(ascii: "{"))
        do {
            try copy.fields(&writer)
        } catch {
            assertionFailure("only reading may fail: \(error)")
        }
        writer.close(UInt8(ascii: "}"))
    }

    /// Reads a record from a document.
    ///
    /// - Throws: what is wrong with the document or with a field, and where.
    public init(json bytes: [UInt8], limits: JSONLimits = .event) throws(JSONError) {
        self = try withJSON(bytes, limits: limits) { value throws(JSONError) in try Self(reading: value) }
    }

    /// This record as a document in UTF-8, on one line. The same record always gives the same bytes.
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.finish()
    }
}
