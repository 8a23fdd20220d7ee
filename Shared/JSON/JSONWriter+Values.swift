extension JSONWriter {
    /// Writes `null`.
    public mutating func null() {
        separate()
        literal("null")
    }

    /// Writes true or false.
    public mutating func value(_ value: Bool) {
        separate()
        literal(value ? "true" : "false")
    }

    /// Writes an integer.
    @inlinable
    public mutating func value(_ value: Int) {
        self.value(Int64(value))
    }

    /// Writes an integer.
    public mutating func value(_ value: Int64) {
        separate()
        reserve(20)
        if value < 0 {
            unsafe buffer[count] = UInt8(ascii: "-")
            count += 1
        }
        var rest = value.magnitude
        var digits = 1
        var bound: UInt64 = 10
        while digits < 19, rest >= bound {
            digits += 1
            bound &*= 10
        }
        for i in stride(from: count + digits - 1, through: count, by: -1) {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            unsafe buffer[i] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remainder)
            rest = quotient
        }
        count += digits
    }

    /// Writes a number in the shortest form that reads back as the same. JSON has no infinity and no NaN: they are
    /// written as null.
    public mutating func value(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        var text = value.description
        text.withUTF8 { unsafe append($0) }
    }

    /// Writes a time as a string: RFC 3339, UTC, milliseconds.
    public mutating func value(_ value: Timestamp) {
        separate()
        reserve(Timestamp.length + 2)
        append(UInt8(ascii: "\""))
        unsafe value.write(to: buffer + count)
        count += Timestamp.length
        append(UInt8(ascii: "\""))
    }

    /// Writes a record as an object.
    @inlinable
    public mutating func value(_ value: some JSONRecord) {
        value.write(to: &self)
    }

    /// Writes a word of a vocabulary.
    @inlinable
    public mutating func value(_ value: some JSONName) {
        self.value(value.rawValue)
    }

    /// Writes a kept value as it is.
    public mutating func raw(_ text: JSONText) {
        separate()
        unsafe text.bytes.withUnsafeBufferPointer { unsafe append($0) }
    }

    /// Writes a kept value as it is.
    @inlinable
    public mutating func value(_ value: JSONText) {
        raw(value)
    }

    private mutating func literal(_ name: StaticString) {
        unsafe append(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
}
