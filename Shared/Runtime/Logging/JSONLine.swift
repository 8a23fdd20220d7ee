/// The bytes of one JSON text, written in order: what log lines and health answers need, and no more.
struct JSONLine {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// Punctuation and literals that are JSON already.
    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// ASCII text that is JSON already: numbers, times.
    mutating func raw(ascii text: String) { bytes.append(contentsOf: text.utf8) }

    /// A quoted string.
    mutating func string(_ text: String) {
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C:
                bytes.append(0x5C)
                bytes.append(byte)
            case 0x0A: raw("\\n")
            case 0x0D: raw("\\r")
            case 0x09: raw("\\t")
            case 0..<0x20:
                raw("\\u00")
                bytes.append(Self.hexDigit(byte >> 4))
                bytes.append(Self.hexDigit(byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }

    /// A value of log metadata.
    mutating func value(_ value: LogValue) {
        switch value {
        case .string(let text): string(text)
        case .integer(let number): raw(ascii: String(number))
        case .double(let number): raw(ascii: number.isFinite ? number.description : "null")
        case .bool(let truth): raw(ascii: truth ? "true" : "false")
        case .strings(let texts):
            raw("[")
            for (index, text) in texts.enumerated() {
                if index > 0 { raw(",") }
                string(text)
            }
            raw("]")
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
}
