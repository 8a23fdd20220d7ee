import HTTPClient

/// Checks ids before they reach a URL or a request. The platform has two spellings of its ids, `<number>.<number>` and
/// sixteen letters of base64url; both are sent as they came, so only what cannot be an id at all is refused.
enum PlatformID {
    /// The longest id that is sent.
    static let longest = 256

    /// The id itself if it can be sent.
    ///
    /// - Throws: ``ConsoleError`` of kind `invalidArgument` if it is empty, too long or has control characters.
    @discardableResult
    static func checked(_ id: String, _ name: StaticString) throws(ConsoleError) -> String {
        guard !id.isEmpty else { throw ConsoleError(.invalidArgument, "\(name) is empty") }
        guard id.utf8.count <= longest else {
            throw ConsoleError(.invalidArgument, "\(name) is longer than \(longest) bytes")
        }
        let controlled = id.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
        guard !controlled else { throw ConsoleError(.invalidArgument, "\(name) has control characters") }
        return id
    }

    /// The id as one segment of a path.
    static func segment(_ id: String, _ name: StaticString) throws(ConsoleError) -> String {
        PercentEncoding.pathSegment(try checked(id, name))
    }
}

extension PlatformID {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Both spellings of an id, which name the same element: `214.4712067068585916413`, as older consoles have it in
    /// signed decimals of 32 and 64 bits, and `AAAA1kFkoAiE4Tf9`, the same twelve bytes in base64url (from answers of
    /// real consoles). The id alone if it is of neither kind.
    static func spellings(_ id: String) -> [String] {
        guard let parts = decimal(id) ?? base64(id) else { return [id] }
        return ["\(parts.first).\(parts.second)", base64(parts.first, parts.second)]
    }

    private static func decimal(_ id: String) -> (first: Int32, second: Int64)? {
        let parts = id.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = Int32(parts[0]), let second = Int64(parts[1]) else { return nil }
        return (first, second)
    }

    private static func base64(_ id: String) -> (first: Int32, second: Int64)? {
        guard id.utf8.count == 16 else { return nil }
        var bits: UInt128 = 0
        for letter in id.utf8 {
            guard let value = letters.firstIndex(of: letter) else { return nil }
            bits = bits << 6 | UInt128(value)
        }
        return (Int32(truncatingIfNeeded: bits >> 64), Int64(truncatingIfNeeded: bits))
    }

    private static func base64(_ first: Int32, _ second: Int64) -> String {
        let bits = UInt128(UInt32(bitPattern: first)) << 64 | UInt128(UInt64(bitPattern: second))
        let text = (0..<16).map { letters[Int(truncatingIfNeeded: bits >> UInt128(90 - 6 * $0)) & 63] }
        return String(decoding: text, as: UTF8.self)
    }
}
