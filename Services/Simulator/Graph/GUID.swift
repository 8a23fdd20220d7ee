/// The id of an element: 96 bits that the platform prints in two ways, which name the same element.
///
/// Old consoles print `<int32>.<int64>` in signed decimal, newer ones the twelve bytes as sixteen characters of
/// base64url: `214.4712067068585916413` is `AAAA1kFkoAiE4Tf9`. A text that is neither is kept as an opaque id.
struct GUID: Sendable, Hashable, CustomStringConvertible {
    /// How a console prints the ids of its elements.
    enum Encoding: String, Sendable, CaseIterable {
        case asWritten
        case decimal
        case base64url
    }

    private enum Identity: Sendable, Hashable {
        case parts(Int32, Int64)
        case opaque(String)
    }

    /// The second part of every machine's id.
    static let machineSuffix: Int64 = 1_198_775_089_551_518_743

    /// The text as it was written.
    let description: String
    private let identity: Identity

    init(_ text: String) {
        description = text
        identity = GUID.decimalParts(text) ?? GUID.base64Parts(text) ?? .opaque(text)
    }

    /// - Parameters:
    ///   - first: the class of the element, or the machine that it lives on.
    ///   - second: the element itself.
    init(first: Int32, second: Int64, encoding: Encoding = .base64url) {
        identity = .parts(first, second)
        description = encoding == .decimal ? "\(first).\(second)" : GUID.base64(first, second)
    }

    /// The first part, which a machine shares with everything on it; `nil` for an opaque id.
    var firstPart: Int32? {
        guard case .parts(let first, _) = identity else { return nil }
        return first
    }

    func text(_ encoding: Encoding) -> String {
        guard case .parts(let first, let second) = identity else { return description }
        switch encoding {
        case .asWritten: return description
        case .decimal: return "\(first).\(second)"
        case .base64url: return GUID.base64(first, second)
        }
    }

    static func == (left: GUID, right: GUID) -> Bool { left.identity == right.identity }

    func hash(into hasher: inout Hasher) { hasher.combine(identity) }

    private static func decimalParts(_ text: String) -> Identity? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = Int32(parts[0]), let second = Int64(parts[1]) else { return nil }
        return .parts(first, second)
    }
}

extension GUID {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func base64Parts(_ text: String) -> Identity? {
        let digits = Array(text.utf8)
        guard digits.count == 16 else { return nil }
        var first: UInt32 = 0
        var second: UInt64 = 0
        for digit in digits {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            first = first << 6 | UInt32(truncatingIfNeeded: second >> 58)
            second = second << 6 | UInt64(value)
        }
        return .parts(Int32(bitPattern: first), Int64(bitPattern: second))
    }

    private static func base64(_ first: Int32, _ second: Int64) -> String {
        var high = UInt32(bitPattern: first)
        var low = UInt64(bitPattern: second)
        var digits: [UInt8] = []
        for _ in 0..<16 {
            digits.append(alphabet[Int(low & 63)])
            low = low >> 6 | UInt64(high & 63) << 58
            high >>= 6
        }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }

    /// An id that depends on nothing but its parts, so that a scenario without ids has the same ones in every run.
    static func derived(on machinePart: Int32, from name: String) -> GUID {
        GUID(first: machinePart, second: Int64(bitPattern: stableHash(name)))
    }

    /// The id of a machine that the scenario gave none.
    static func derivedMachine(from name: String) -> GUID {
        GUID(first: Int32(truncatingIfNeeded: stableHash(name)), second: machineSuffix)
    }

    /// FNV-1a, because Swift's own hash differs from run to run.
    static func stableHash(_ text: String) -> UInt64 {
        text.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }
}
