/// Ids that are a hash of what they name.
///
/// A retry or a redelivery finds the same parts and so makes the same id, which is what makes "at least once" harmless.
public enum StableID {
    /// Hashes a kind and its parts to 32 hexadecimal digits (the first 128 bits of a SHA-256).
    ///
    /// Each part is hashed with its length, so `["ab", "c"]` and `["a", "bc"]` differ.
    public static func make(_ kind: StaticString, _ parts: [String]) -> String {
        var bytes: [UInt8] = []
        append("\(kind)", to: &bytes)
        for part in parts { append(part, to: &bytes) }
        return Digest.sha256(bytes).hexadecimal(prefix: 16)
    }

    private static func append(_ part: String, to bytes: inout [UInt8]) {
        let utf8 = Array(part.utf8)
        let length = UInt32(utf8.count)
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: length >> shift))
        }
        bytes.append(contentsOf: utf8)
    }
}
