/// One direction, reading or writing, in which a record's list of fields can be used.
///
/// Reading throws if a field that is not optional is absent or null, or if a field has another type; an optional one is
/// nil if it is absent or null. Writing never throws, leaves out what is nil, and sorts the keys of a dictionary by
/// their bytes, so that a record always gives the same document.
public protocol JSONCoder: ~Copyable {
    /// Reading: throws `invalid` with a note at a field unless the condition holds. Writing: does nothing.
    mutating func check(_ isValid: Bool, _ key: StaticString, _ note: String) throws(JSONError)

    /// A field with a text.
    mutating func callAsFunction(_ key: StaticString, _ value: inout String) throws(JSONError)
    /// A field with a text, or none.
    mutating func callAsFunction(_ key: StaticString, _ value: inout String?) throws(JSONError)
    /// A field with an integer.
    mutating func callAsFunction(_ key: StaticString, _ value: inout Int) throws(JSONError)
    /// A field with an integer, or none.
    mutating func callAsFunction(_ key: StaticString, _ value: inout Int?) throws(JSONError)
    /// A field with an integer of 64 bits.
    mutating func callAsFunction(_ key: StaticString, _ value: inout Int64) throws(JSONError)
    /// A field with an integer of 64 bits, or none.
    mutating func callAsFunction(_ key: StaticString, _ value: inout Int64?) throws(JSONError)
    /// A field with a number.
    mutating func callAsFunction(_ key: StaticString, _ value: inout Double) throws(JSONError)
    /// A field with a number, or none.
    mutating func callAsFunction(_ key: StaticString, _ value: inout Double?) throws(JSONError)
    /// A field with true or false.
    mutating func callAsFunction(_ key: StaticString, _ value: inout Bool) throws(JSONError)
    /// A field with true or false, or none.
    mutating func callAsFunction(_ key: StaticString, _ value: inout Bool?) throws(JSONError)
    /// A field with a time: RFC 3339 on the wire.
    mutating func callAsFunction(_ key: StaticString, _ value: inout Timestamp) throws(JSONError)
    /// A field with a time: RFC 3339 on the wire, or none.
    mutating func callAsFunction(_ key: StaticString, _ value: inout Timestamp?) throws(JSONError)
    /// A field with a value kept as its bytes.
    mutating func callAsFunction(_ key: StaticString, _ value: inout JSONText) throws(JSONError)
    /// A field with a value kept as its bytes, or none.
    mutating func callAsFunction(_ key: StaticString, _ value: inout JSONText?) throws(JSONError)
    /// A field with an array of texts.
    mutating func callAsFunction(_ key: StaticString, _ value: inout [String]) throws(JSONError)
    /// A field with an array of texts, or none.
    mutating func callAsFunction(_ key: StaticString, _ value: inout [String]?) throws(JSONError)
    /// A field with an object whose values are texts.
    mutating func callAsFunction(_ key: StaticString, _ value: inout [String: String]) throws(JSONError)
    /// A field with an object whose values are texts, or none.
    mutating func callAsFunction(_ key: StaticString, _ value: inout [String: String]?) throws(JSONError)
    /// A field with a record.
    mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout R) throws(JSONError)
    /// A field with a record, or none.
    mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout R?) throws(JSONError)
    /// A field with an array of records.
    mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [R]) throws(JSONError)
    /// A field with an array of records, or none.
    mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [R]?) throws(JSONError)
    /// A field with an object whose values are arrays of records.
    mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [String: [R]]) throws(JSONError)
    /// A field with an object whose values are arrays of records, or none.
    mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [String: [R]]?) throws(JSONError)
    /// A field with a word of a vocabulary.
    mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout N) throws(JSONError)
    /// A field with a word of a vocabulary, or none.
    mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout N?) throws(JSONError)
    /// A field with an array of words of a vocabulary.
    mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout [N]) throws(JSONError)
    /// A field with an array of words of a vocabulary, or none.
    mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout [N]?) throws(JSONError)
}
