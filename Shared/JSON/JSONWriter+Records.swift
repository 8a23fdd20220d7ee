// The fields whose type the caller brings.
extension JSONWriter {
    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout R) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout R?) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [R]) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [R]?) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [String: [R]]) {
        self.key(key)
        dictionary(value) { $0.elements($1) }
    }

    @inlinable
    public mutating func callAsFunction<R: JSONRecord>(_ key: StaticString, _ value: inout [String: [R]]?) {
        guard let value else { return }
        self.key(key)
        dictionary(value) { $0.elements($1) }
    }

    @inlinable
    public mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout N) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout N?) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout [N]) {
        field(key, value)
    }

    @inlinable
    public mutating func callAsFunction<N: JSONName>(_ key: StaticString, _ value: inout [N]?) {
        field(key, value)
    }

    /// Writes an array of records as a value.
    @inlinable
    mutating func elements<R: JSONRecord>(_ records: [R]) {
        array { for record in records { record.write(to: &$0) } }
    }

    /// Writes an object with its keys in the order of their bytes.
    @inlinable
    mutating func dictionary<V>(_ value: [String: V], _ each: (inout JSONWriter, V) -> Void) {
        let sorted = value.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        object { writer in
            for (key, value) in sorted {
                writer.key(key)
                each(&writer, value)
            }
        }
    }
}
