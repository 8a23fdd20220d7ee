internal import Glibc

extension JSONWriter {
    /// Writes a string. Only quotes, backslashes and control characters are escaped; NUL survives as `\u0000`.
    public mutating func value(_ value: String) {
        separate()
        var value = value
        value.withUTF8 { unsafe quote($0) }
    }

    private mutating func quote(_ text: UnsafeBufferPointer<UInt8>) {
        reserve(text.count + 2)
        append(UInt8(ascii: "\""))
        let plain = unsafe JSONWriter.plainPrefix(of: text, from: 0)
        if let start = text.baseAddress {
            unsafe memcpy(buffer + count, start, plain)
            count += plain
        }
        if plain < text.count { unsafe escape(text, from: plain) }
        append(UInt8(ascii: "\""))
    }

    /// The offset of the next byte that must be escaped.
    private static func plainPrefix(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = text.baseAddress else { return 0 }
        let scanner = unsafe JSONScanner(bytes: base, count: text.count)
        var i = start
        while i + 8 <= scanner.count {
            let mask = JSONScanner.mustEscape(scanner.word(at: i))
            if mask != 0 { return i + mask.trailingZeroBitCount >> 3 }
            i += 8
        }
        while i < scanner.count {
            let byte = scanner[i]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return i }
            i += 1
        }
        return i
    }

    @inline(never)
    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
        var i = start
        while i < text.count {
            append(escaped: unsafe text[i])
            let next = unsafe JSONWriter.plainPrefix(of: text, from: i + 1)
            unsafe append(UnsafeBufferPointer(rebasing: text[(i + 1)..<next]))
            i = next
        }
    }

    private mutating func append(escaped byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        default:
            append(UInt8(ascii: "u"))
            append(UInt8(ascii: "0"))
            append(UInt8(ascii: "0"))
            append(UInt8(ascii: "0") + byte >> 4)
            append(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "a") + byte & 15 - 10)
        }
    }
}
