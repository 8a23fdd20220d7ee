/// The ids of the platform's elements, which have two spellings: `214.4712067068585916413`, as older consoles have it in
/// signed decimals of 32 and 64 bits, and `AAAA1kFkoAiE4Tf9`, the same twelve bytes in base64url (from answers of real
/// consoles). An id that is asked for in one may come back in the other.
public enum PlatformID {
    /// What an id names, whichever way it is spelled.
    public enum Key: Hashable, Sendable {
        case number(Int32, Int64)

        /// An id of neither kind.
        case text(String)

        /// The key of an id.
        public init(_ id: String) {
            if let parts = PlatformID.decimal(id) ?? PlatformID.base64(id) {
                self = .number(parts.first, parts.second)
            } else {
                self = .text(id)
            }
        }
    }

    /// Whether two ids name the same element.
    public static func areSame(_ one: String, _ other: String) -> Bool { one == other || Key(one) == Key(other) }

    /// Both spellings of an id; the id alone if it is of neither kind.
    public static func spellings(_ id: String) -> [String] {
        guard case .number(let first, let second) = Key(id) else { return [id] }
        return ["\(first).\(second)", base64(first, second)]
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func decimal(_ id: String) -> (first: Int32, second: Int64)? {
        let parts = id.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = Int32(parts[0]), let second = Int64(parts[1]) else { return nil }
        return (first, second)
    }

    private static func base64(_ id: String) -> (first: Int32, second: Int64)? {
        guard id.utf8.count == 16 else { return nil }
        var bits: UInt128 = 0
        for letter in id.utf8 {
            guard let value = value(of: letter) else { return nil }
            bits = bits << 6 | UInt128(value)
        }
        return (Int32(truncatingIfNeeded: bits >> 64), Int64(truncatingIfNeeded: bits))
    }

    private static func value(of letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }

    private static func base64(_ first: Int32, _ second: Int64) -> String {
        let bits = UInt128(UInt32(bitPattern: first)) << 64 | UInt128(UInt64(bitPattern: second))
        let text = (0..<16).map { letters[Int(truncatingIfNeeded: bits >> UInt128(90 - 6 * $0)) & 63] }
        return String(decoding: text, as: UTF8.self)
    }
}
