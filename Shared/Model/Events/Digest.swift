internal import CCrypto

/// A SHA-256 digest.
public struct Digest: Sendable, Hashable {
    /// The 32 bytes of the digest.
    public let bytes: [UInt8]

    /// Hashes bytes with SHA-256 (OpenSSL's libcrypto).
    public static func sha256(_ input: [UInt8]) -> Digest {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { buffer, count in
            unsafe input.withUnsafeBufferPointer { source in
                _ = unsafe SHA256(source.baseAddress, source.count, buffer.baseAddress)
            }
            count = Int(SHA256_DIGEST_LENGTH)
        }
        return Digest(bytes: bytes)
    }

    /// The first bytes of the digest in lower-case hexadecimal; all 32 by default.
    public func hexadecimal(prefix count: Int = 32) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(count * 2)
        for byte in bytes.prefix(count) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
