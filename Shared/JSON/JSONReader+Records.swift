// The fields whose type the caller brings.
extension JSONReader {
    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout R) throws(JSONError) {
        value = try R(reading: required(key))
    }

    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout R?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try R(reading: found)
    }

    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [R]) throws(JSONError) {
        value = try required(key).array { v throws(JSONError) in try R(reading: v) }
    }

    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [R]?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try found.array { v throws(JSONError) in try R(reading: v) }
    }

    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [String: [R]])
        throws(JSONError)
    {
        value = try required(key).dictionary { v throws(JSONError) in
            try v.array { r throws(JSONError) in try R(reading: r) }
        }
    }

    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [String: [R]]?)
        throws(JSONError)
    {
        guard let found = optional(key) else { return value = nil }
        value = try found.dictionary { v throws(JSONError) in try v.array { r throws(JSONError) in try R(reading: r) } }
    }

    @inlinable
    public mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout N) throws(JSONError) {
        value = try N(reading: required(key))
    }

    @inlinable
    public mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout N?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try N(reading: found)
    }

    @inlinable
    public mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout [N]) throws(JSONError) {
        value = try required(key).array { v throws(JSONError) in try N(reading: v) }
    }

    @inlinable
    public mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout [N]?) throws(JSONError) {
        guard let found = optional(key) else { return value = nil }
        value = try found.array { v throws(JSONError) in try N(reading: v) }
    }
}
