/// A key that records are signed with.
public struct SigningKey: Sendable {
    /// What whoever runs this should know of the file, for the log; nil if there is nothing. It shows no secret.
    public let warning: String?

    private let path: String
    private let key: CryptoKey

    /// The key in a file: an Ed25519 private key in PEM (`openssl genpkey -algorithm ed25519`) if there is PEM in it, else
    /// an HMAC-SHA-256 secret, see ``VerifyingKey/hmacSHA256(secretFile:)``. Blocks.
    ///
    /// - Throws: `SigningError` with the file and what is wrong, and nothing of the secret.
    public init(contentsOf path: String) throws(SigningError) {
        let file = try KeyFile(path)
        self.path = path
        warning = file.warning(isSecret: true)
        key = file.blocks > 0 ? try Self.ed25519(file) : try HMACSecret.key(of: file)
    }

    private static func ed25519(_ file: KeyFile) throws(SigningError) -> CryptoKey {
        if file.holds("ENCRYPTED") {
            throw SigningError(
                "\(file.path): is encrypted, and there is nobody to ask for its password; openssl pkey -in \(file.path)"
                    + " writes it without one")
        }
        if file.holds("BEGIN PUBLIC KEY") {
            throw SigningError("\(file.path): is a public key, which can only verify; the private one is needed")
        }
        guard file.blocks == 1, let key = CryptoKey.ed25519(privatePEM: file.bytes) else {
            throw SigningError("\(file.path): is not one Ed25519 private key in PEM (BEGIN PRIVATE KEY)")
        }
        return key
    }

    /// The signature of a payload: 64 bytes for Ed25519, 32 for HMAC-SHA-256.
    ///
    /// - Throws: `SigningError` if libcrypto does not make it.
    public func signature(of payload: [UInt8]) throws(SigningError) -> [UInt8] {
        guard let signature = key.sign(payload) else { throw SigningError("\(path): libcrypto does not sign with it") }
        return signature
    }
}
