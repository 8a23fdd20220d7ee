// The fields of one type each; `JSONReader.swift` says how a field is found.
extension JSONReader: JSONCoder {
    public mutating func check(_ isValid: Bool, _ key: StaticString, _ note: String) throws(JSONError) {
        if isValid { return }
        throw try required(key).error(.invalid, note)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout String) throws(JSONError) {
        value = try required(key).string()
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout String?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try found.string()
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Int) throws(JSONError) {
        value = Int(try required(key).int())
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Int?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = Int(try found.int())
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Int64) throws(JSONError) {
        value = try required(key).int()
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Int64?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try found.int()
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Double) throws(JSONError) {
        value = try required(key).double()
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Double?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try found.double()
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Bool) throws(JSONError) {
        value = try required(key).bool()
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Bool?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try found.bool()
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Timestamp) throws(JSONError) {
        value = try Timestamp(reading: required(key))
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Timestamp?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try Timestamp(reading: found)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout JSONText) throws(JSONError) {
        value = try JSONText(reading: required(key))
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout JSONText?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try JSONText(reading: found)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout [String]) throws(JSONError) {
        value = try required(key).strings()
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout [String]?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try found.strings()
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout [String: String]) throws(JSONError) {
        value = try required(key).dictionary { v throws(JSONError) in try v.string() }
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout [String: String]?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try found.dictionary { v throws(JSONError) in try v.string() }
    }
}
