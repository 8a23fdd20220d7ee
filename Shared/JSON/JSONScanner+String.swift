extension JSONScanner {
    /// Checks a string from its opening quote: control characters, escapes, surrogates, UTF-8. Returns its token.
    @inline(__always)
    func string(at quote: Int) throws(JSONError) -> JSONToken {
        let start = quote + 1
        var i = start
        var flags: UInt64 = 0
        while true {
            while i + 8 <= count {
                let mask = JSONScanner.special(word(at: i))
                if mask != 0 {
                    i += mask.trailingZeroBitCount >> 3
                    break
                }
                i += 8
            }
            guard i < count else { throw JSONError(.truncated, at: count) }
            let byte = self[i]
            if byte == UInt8(ascii: "\"") {
                return JSONToken(JSONToken.string, flags: flags, start: start, extent: i - start)
            } else if byte >= 0x80 {
                flags |= JSONToken.wide
                i = try wideCharacters(at: i)
            } else if byte == UInt8(ascii: "\\") {
                flags |= JSONToken.escaped
                i = try escape(at: i)
            } else if byte < 0x20 {
                throw JSONError(.badString, at: i, "a control character must be escaped")
            } else {
                i += 1
            }
        }
    }

    /// Nonzero if one of eight bytes is a quote, a backslash, below 0x20 or above 0x7F; the lowest set bit is in the
    /// first such byte.
    @inline(__always)
    static func special(_ word: UInt64) -> UInt64 {
        mustEscape(word) | (word & 0x8080_8080_8080_8080)
    }

    /// Nonzero if one of eight bytes is a quote, a backslash or below 0x20; the lowest set bit is in the first such byte.
    @inline(__always)
    static func mustEscape(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (0x22 &* ones)
        let backslash = word ^ (0x5C &* ones)
        let quotes = (quote &- ones) & ~quote
        let backslashes = (backslash &- ones) & ~backslash
        let controls = (word &- (0x20 &* ones)) & ~word
        return (quotes | backslashes | controls) & 0x8080_8080_8080_8080
    }

    /// Checks characters of two to four bytes; returns the offset of the next byte below 0x80.
    ///
    /// Overlong forms, surrogates and what is above U+10FFFF are refused, as RFC 3629 wants.
    @inline(never)
    private func wideCharacters(at start: Int) throws(JSONError) -> Int {
        var i = start
        repeat {
            let length = wideLength(at: i)
            guard length > 0 else { throw JSONError(.badUTF8, at: i) }
            i += length
        } while i < count && self[i] >= 0x80
        return i
    }

    /// The length in bytes of the character that starts at an offset; 0 if it is not well formed.
    private func wideLength(at i: Int) -> Int {
        let left = count - i
        func follows(_ k: Int) -> Bool { self[i + k] & 0xC0 == 0x80 }
        switch self[i] {
        case 0xC2...0xDF:
            return left > 1 && follows(1) ? 2 : 0
        case 0xE0...0xEF:
            guard left > 2, follows(1), follows(2) else { return 0 }
            let pair = UInt16(self[i]) << 8 | UInt16(self[i + 1])
            return pair < 0xE0A0 || (0xEDA0...0xEDBF).contains(pair) ? 0 : 3
        case 0xF0...0xF4:
            guard left > 3, follows(1), follows(2), follows(3) else { return 0 }
            let pair = UInt16(self[i]) << 8 | UInt16(self[i + 1])
            return pair < 0xF090 || pair > 0xF48F ? 0 : 4
        default:
            return 0
        }
    }

    /// Checks an escape from its backslash; returns the offset behind it. Surrogates must come in pairs.
    @inline(never)
    private func escape(at start: Int) throws(JSONError) -> Int {
        guard start + 1 < count else { throw JSONError(.truncated, at: count) }
        switch self[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            return try unicodeEscape(at: start)
        default:
            throw JSONError(.badString, at: start, "unknown escape")
        }
    }

    private func unicodeEscape(at start: Int) throws(JSONError) -> Int {
        guard start + 6 <= count else { throw JSONError(.truncated, at: count) }
        guard let unit = hexadecimal(at: start + 2) else {
            throw JSONError(.badString, at: start, "expected four hexadecimal digits")
        }
        if unit & 0xF800 != 0xD800 { return start + 6 }
        guard unit < 0xDC00, start + 12 <= count, self[start + 6] == UInt8(ascii: "\\"),
            self[start + 7] == UInt8(ascii: "u"), let low = hexadecimal(at: start + 8), low & 0xFC00 == 0xDC00
        else { throw JSONError(.loneSurrogate, at: start) }
        return start + 12
    }

    /// The value of four hexadecimal digits.
    func hexadecimal(at start: Int) -> UInt32? {
        var value: UInt32 = 0
        for i in start..<start + 4 {
            let byte = self[i]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - 0x30)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - 0x57)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - 0x37)
            default: return nil
            }
        }
        return value
    }
}
