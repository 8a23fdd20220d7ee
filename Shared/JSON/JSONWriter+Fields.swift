/// A key and its value in one call. What is nil is left out.
extension JSONWriter {
    /// Writes a text.
    @inlinable
    public mutating func field(_ key: StaticString, _ value: String?) {
        guard let value else { return }
        self.key(key)
        self.value(value)
    }

    /// Writes an integer.
    @inlinable
    public mutating func field(_ key: StaticString, _ value: Int?) {
        guard let value else { return }
        self.key(key)
        self.value(value)
    }

    /// Writes an integer.
    @inlinable
    public mutating func field(_ key: StaticString, _ value: Int64?) {
        guard let value else { return }
        self.key(key)
        self.value(value)
    }

    /// Writes a number; infinity and NaN are written as null.
    @inlinable
    public mutating func field(_ key: StaticString, _ value: Double?) {
        guard let value else { return }
        self.key(key)
        self.value(value)
    }

    /// Writes true or false.
    @inlinable
    public mutating func field(_ key: StaticString, _ value: Bool?) {
        guard let value else { return }
        self.key(key)
        self.value(value)
    }

    /// Writes a time as a string.
    @inlinable
    public mutating func field(_ key: StaticString, _ value: Timestamp?) {
        guard let value else { return }
        self.key(key)
        self.value(value)
    }

    /// Writes a kept value as it is.
    @inlinable
    public mutating func field(_ key: StaticString, _ value: JSONText?) {
        guard let value else { return }
        self.key(key)
        raw(value)
    }

    /// Writes an array of strings.
    @inlinable
    public mutating func field(_ key: StaticString, _ value: [String]?) {
        guard let value else { return }
        self.key(key)
        array { for element in value { $0.value(element) } }
    }

    /// Writes a record as an object.
    @inlinable
    public mutating func field<R: JSONRecord>(_ key: StaticString, _ value: R?) {
        guard let value else { return }
        self.key(key)
        value.write(to: &self)
    }

    /// Writes an array of records.
    @inlinable
    public mutating func field<R: JSONRecord>(_ key: StaticString, _ value: [R]?) {
        guard let value else { return }
        self.key(key)
        array { for element in value { element.write(to: &$0) } }
    }

    /// Writes a word of a vocabulary.
    @inlinable
    public mutating func field<N: JSONName>(_ key: StaticString, _ value: N?) {
        guard let value else { return }
        self.key(key)
        self.value(value.rawValue)
    }

    /// Writes an array of words of a vocabulary.
    @inlinable
    public mutating func field<N: JSONName>(_ key: StaticString, _ value: [N]?) {
        guard let value else { return }
        self.key(key)
        array { for element in value { $0.value(element.rawValue) } }
    }
}
