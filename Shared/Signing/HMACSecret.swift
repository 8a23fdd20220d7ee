/// The secret of an HMAC key, as its file holds it.
enum HMACSecret {
    /// As many bytes as the hash has: a shorter secret is easier to guess than the signature.
    static let fewestBytes = 32

    /// The key that a file holds.
    static func key(of file: KeyFile) throws(SigningError) -> CryptoKey {
        // Otherwise whoever has a sender's public key could sign as that sender.
        if file.blocks > 0 { throw SigningError("\(file.path): is PEM, not the secret of an HMAC-SHA-256 key") }
        let secret = withoutLineEnd(file.bytes)
        guard secret.count >= fewestBytes else {
            throw SigningError(
                "\(file.path): has \(secret.count) bytes; an HMAC-SHA-256 secret has \(fewestBytes) at least"
                    + " (openssl rand -hex 32)")
        }
        guard let key = CryptoKey.hmacSHA256(secret: secret) else {
            throw SigningError("\(file.path): libcrypto does not take it as an HMAC-SHA-256 secret")
        }
        return key
    }

    /// Without the one line end that an editor or `echo` leaves.
    private static func withoutLineEnd(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.last == UInt8(ascii: "\n") else { return bytes }
        let line = bytes.dropLast()
        return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
}
