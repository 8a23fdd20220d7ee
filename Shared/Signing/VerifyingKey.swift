/// A key that signatures are checked with.
public struct VerifyingKey: Sendable {
    /// What whoever runs this should know of the file, for the log; nil if there is nothing. It shows no secret.
    public let warning: String?

    private let key: CryptoKey

    /// The Ed25519 public key in a PEM file (`BEGIN PUBLIC KEY`, as `openssl pkey -pubout` writes it). Blocks.
    ///
    /// - Throws: `SigningError` with the file and what is wrong; also for a private key, which has no place where
    ///   signatures are only checked.
    public static func ed25519(publicKeyFile path: String) throws(SigningError) -> VerifyingKey {
        let file = try KeyFile(path)
        if file.holds("PRIVATE KEY-----") {
            throw SigningError(
                "\(path): is a private key, which belongs to the sender alone; openssl pkey -pubout makes the public one"
            )
        }
        guard file.blocks == 1, let key = CryptoKey.ed25519(publicPEM: file.bytes) else {
            throw SigningError("\(path): is not one Ed25519 public key in PEM (BEGIN PUBLIC KEY)")
        }
        return VerifyingKey(warning: file.warning(isSecret: false), key: key)
    }

    /// The HMAC-SHA-256 secret in a file: all its bytes but one line end after them, 32 at least. Blocks.
    ///
    /// - Throws: `SigningError` with the file and what is wrong, and nothing of the secret.
    public static func hmacSHA256(secretFile path: String) throws(SigningError) -> VerifyingKey {
        let file = try KeyFile(path)
        return VerifyingKey(warning: file.warning(isSecret: true), key: try HMACSecret.key(of: file))
    }

    /// Whether a signature is that of a payload, made with this key's other half. One of any other length is not.
    public func isValid(_ signature: [UInt8], of payload: [UInt8]) -> Bool {
        key.verify(signature, of: payload)
    }
}
