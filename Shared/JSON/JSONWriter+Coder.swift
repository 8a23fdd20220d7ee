// Writing a field is the same for all types: what is nil is left out. Dictionaries go through `dictionary(_:_:)`.
extension JSONWriter: JSONCoder {
    @inlinable
    public mutating func check(_ isValid: Bool, _ key: StaticString, _ note: String) {}

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout String) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout String?) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Int) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Int?) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Int64) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Int64?) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Double) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Double?) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Bool) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Bool?) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Timestamp) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout Timestamp?) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout JSONText) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout JSONText?) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout [String]) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout [String]?) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout [String: String]) {
        self.key(key)
        dictionary(value) { $0.value($1) }
    }

    @inlinable
    public mutating func callAsFunction(_ key: StaticString, _ value: inout [String: String]?) {
        guard let value else { return }
        self.key(key)
        dictionary(value) { $0.value($1) }
    }
}
