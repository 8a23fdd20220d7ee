/// Fields that mean something when they are absent or null. They are always written.
extension JSONCoder where Self: ~Copyable {
    /// An integer; `fallback` if it is absent or null.
    @inlinable
    public mutating func callAsFunction(
        _ key: StaticString, _ value: inout Int, default fallback: Int
    ) throws(JSONError) {
        var field: Int? = value
        try self(key, &field)
        value = field ?? fallback
    }

    /// True or false; `fallback` if it is absent or null.
    @inlinable
    public mutating func callAsFunction(
        _ key: StaticString, _ value: inout Bool, default fallback: Bool
    ) throws(JSONError) {
        var field: Bool? = value
        try self(key, &field)
        value = field ?? fallback
    }

    /// A text; `fallback` if it is absent or null.
    @inlinable
    public mutating func callAsFunction(
        _ key: StaticString, _ value: inout String, default fallback: String
    ) throws(JSONError) {
        var field: String? = value
        try self(key, &field)
        value = field ?? fallback
    }

    /// A word of a vocabulary; `fallback` if it is absent or null.
    @inlinable
    public mutating func callAsFunction<N: JSONName>(
        _ key: StaticString, _ value: inout N, default fallback: N
    ) throws(JSONError) {
        var field: N? = value
        try self(key, &field)
        value = field ?? fallback
    }

    /// An array of texts; `fallback` if it is absent or null.
    @inlinable
    public mutating func callAsFunction(
        _ key: StaticString, _ value: inout [String], default fallback: [String]
    ) throws(JSONError) {
        var field: [String]? = value
        try self(key, &field)
        value = field ?? fallback
    }

    /// An array of records; `fallback` if it is absent or null.
    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(
        _ key: StaticString, _ value: inout [R], default fallback: [R]
    ) throws(JSONError) {
        var field: [R]? = value
        try self(key, &field)
        value = field ?? fallback
    }
}
