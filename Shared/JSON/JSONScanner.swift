/// Reads the smallest parts of the grammar (RFC 8259) from a document's bytes; holds no position.
@safe
struct JSONScanner {
    /// The document, which must outlive this value.
    let bytes: UnsafePointer<UInt8>
    /// How many bytes the document has.
    let count: Int

    /// The byte at an offset, which must be in the document.
    @inline(__always)
    subscript(index: Int) -> UInt8 {
        unsafe bytes[index]
    }

    /// Eight bytes at an offset, the first in the lowest place.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        unsafe UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self).littleEndian
    }

    /// The offset of the next byte that is not white space.
    @inline(__always)
    func skipSpace(from start: Int) throws(JSONError) -> Int {
        var i = start
        while i < count {
            let byte = self[i]
            if byte > 0x20 { return i }
            guard JSONScanner.isSpace(byte) else { throw JSONError(.unexpected, at: i) }
            i += 1
        }
        throw JSONError(.truncated, at: count)
    }

    /// Whether a byte is one of the four that JSON takes for white space.
    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Checks that the document spells a literal at an offset; returns its token.
    func literal(_ name: StaticString, _ kind: UInt64, at start: Int) throws(JSONError) -> JSONToken {
        for k in 0..<name.utf8CodeUnitCount {
            guard start + k < count else { throw JSONError(.truncated, at: count) }
            guard unsafe self[start + k] == name.utf8Start[k] else { throw JSONError(.unexpected, at: start) }
        }
        return JSONToken(kind, start: start, extent: name.utf8CodeUnitCount)
    }

    /// Checks that only white space is left; a second value is not a document.
    func end(from start: Int) throws(JSONError) {
        var i = start
        while i < count {
            guard JSONScanner.isSpace(self[i]) else { throw JSONError(.trailing, at: i) }
            i += 1
        }
    }

    /// Checks a number against the grammar; its range is checked when it is read.
    @inline(__always)
    func number(at start: Int) throws(JSONError) -> JSONToken {
        var i = start
        var flags: UInt64 = 0
        if self[i] == UInt8(ascii: "-") { i += 1 }
        let lead = i
        i = digits(from: i)
        guard i > lead, i == lead + 1 || self[lead] != UInt8(ascii: "0") else { throw badNumber(start) }
        if i < count, self[i] == UInt8(ascii: ".") {
            flags = JSONToken.fractional
            i = try atLeastOneDigit(from: i + 1, of: start)
        }
        if i < count, self[i] | 0x20 == UInt8(ascii: "e") {
            flags = JSONToken.fractional
            i += 1
            if i < count, self[i] == UInt8(ascii: "+") || self[i] == UInt8(ascii: "-") { i += 1 }
            i = try atLeastOneDigit(from: i, of: start)
        }
        return JSONToken(JSONToken.number, flags: flags, start: start, extent: i - start)
    }

    @inline(__always)
    private func digits(from start: Int) -> Int {
        var i = start
        while i < count, self[i] &- 0x30 < 10 { i += 1 }
        return i
    }

    private func atLeastOneDigit(from i: Int, of start: Int) throws(JSONError) -> Int {
        let end = digits(from: i)
        guard end > i else { throw badNumber(start) }
        return end
    }

    private func badNumber(_ start: Int) -> JSONError {
        JSONError(.badNumber, at: start)
    }
}
