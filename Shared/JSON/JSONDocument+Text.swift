extension JSONDocument {
    /// The text of a string or key.
    @usableFromInline
    @inline(never)
    func text(of token: JSONToken) -> String {
        if !token.isEscaped {
            return unsafe JSONDocument.text(bytes + token.start, token.extent, isASCII: token.flags == 0)
        }
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: token.extent) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            let length = unsafe unescape(token, into: start)
            return unsafe JSONDocument.text(start, length, isASCII: false)
        }
    }

    /// The bytes of a string or key without its escapes.
    @usableFromInline
    @inline(never)
    func unescapedBytes(of token: JSONToken) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: token.extent) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            count = unsafe unescape(token, into: start)
        }
    }

    /// The parser has checked the bytes, so that they need no second validation.
    @inline(__always)
    private static func text(_ start: UnsafePointer<UInt8>, _ length: Int, isASCII: Bool) -> String {
        let span = unsafe Span(_unsafeStart: start, count: length)
        return String(copying: unsafe UTF8Span(unchecked: span, isKnownASCII: isASCII))
    }

    /// Writes what a checked string means and returns its length, which is never above the string's own.
    private func unescape(_ token: JSONToken, into output: UnsafeMutablePointer<UInt8>) -> Int {
        let scanner = unsafe JSONScanner(bytes: bytes, count: token.start + token.extent)
        var i = token.start
        var length = 0
        while i < scanner.count {
            let byte = scanner[i]
            if byte != UInt8(ascii: "\\") {
                unsafe output[length] = byte
                length += 1
                i += 1
            } else if scanner[i + 1] != UInt8(ascii: "u") {
                unsafe output[length] = JSONDocument.meaning(of: scanner[i + 1])
                length += 1
                i += 2
            } else {
                let (scalar, next) = JSONDocument.scalar(scanner, i)
                for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                    unsafe output[length] = unit
                    length += 1
                }
                i = next
            }
        }
        return length
    }

    private static func meaning(of escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: escape
        }
    }

    /// The character of one or two `\u` escapes and the offset behind them.
    private static func scalar(_ scanner: JSONScanner, _ start: Int) -> (Unicode.Scalar, Int) {
        let high = scanner.hexadecimal(at: start + 2) ?? 0xFFFD
        if high & 0xFC00 != 0xD800 { return (Unicode.Scalar(high) ?? "\u{FFFD}", start + 6) }
        let low = scanner.hexadecimal(at: start + 8) ?? 0xFFFD
        let value = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
        return (Unicode.Scalar(value) ?? "\u{FFFD}", start + 12)
    }
}
