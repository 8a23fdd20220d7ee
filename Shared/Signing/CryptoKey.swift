internal import CCrypto

/// A key of libcrypto. It is never changed, and libcrypto lets any number of threads use such a one.
@safe final class CryptoKey: @unchecked Sendable {
    private let pointer: OpaquePointer
    private let algorithm: Algorithm

    /// What it signs with.
    enum Algorithm: Sendable {
        /// Ed25519 as RFC 8032 has it, without a hash before it: 64 bytes.
        case ed25519
        /// HMAC with SHA-256 as RFC 2104 and RFC 4231 have it: 32 bytes.
        case hmacSHA256
    }

    private init(_ pointer: OpaquePointer, _ algorithm: Algorithm) {
        unsafe self.pointer = pointer
        self.algorithm = algorithm
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    // MARK: - Making

    /// The Ed25519 public key of a PEM text; nil if it has none.
    static func ed25519(publicPEM text: [UInt8]) -> CryptoKey? {
        unsafe ed25519(text) { bio in unsafe PEM_read_bio_PUBKEY(bio, nil, noPassword, nil) }
    }

    /// The Ed25519 private key of a PEM text; nil if it has none, or one that is encrypted.
    static func ed25519(privatePEM text: [UInt8]) -> CryptoKey? {
        unsafe ed25519(text) { bio in unsafe PEM_read_bio_PrivateKey(bio, nil, noPassword, nil) }
    }

    /// The key for a secret.
    static func hmacSHA256(secret: [UInt8]) -> CryptoKey? {
        defer { ERR_clear_error() }
        guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, nil, secret, secret.count) else {
            return nil
        }
        return unsafe CryptoKey(key, .hmacSHA256)
    }

    private static func ed25519(_ text: [UInt8], read: (OpaquePointer) -> OpaquePointer?) -> CryptoKey? {
        defer { ERR_clear_error() }
        return unsafe text.withUnsafeBytes { bytes in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { unsafe BIO_free(bio) }
            guard let pointer = unsafe read(bio) else { return nil }
            let key = unsafe CryptoKey(pointer, .ed25519)
            return unsafe EVP_PKEY_get_id(pointer) == EVP_PKEY_ED25519 ? key : nil
        }
    }

    /// Without it libcrypto would ask whoever sits at the terminal.
    private static let noPassword:
        @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?)
            -> Int32 = { _, _, _, _ in -1 }

    // MARK: - Using

    /// The signature of a message; nil if libcrypto does not make it, as with a key that can only verify.
    func sign(_ message: [UInt8]) -> [UInt8]? {
        unsafe withContext { context in
            guard unsafe EVP_DigestSignInit(context, nil, digest, nil, pointer) == 1 else { return nil }
            var signature = [UInt8](repeating: 0, count: 64)
            var count = signature.count
            guard unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { return nil }
            return Array(signature.prefix(count))
        }
    }

    /// Whether a signature is that of a message. How long that takes says nothing of the right one.
    func verify(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch algorithm {
        case .hmacSHA256:
            guard let right = sign(message), right.count == signature.count else { return false }
            return unsafe CRYPTO_memcmp(right, signature, right.count) == 0
        case .ed25519:
            guard signature.count == 64 else { return false }
            return unsafe withContext { context in
                guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, pointer) == 1 else { return nil }
                return unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
            } ?? false
        }
    }

    private var digest: OpaquePointer? {
        switch algorithm {
        case .ed25519: nil
        case .hmacSHA256: unsafe EVP_sha256()
        }
    }

    private func withContext<Result>(_ body: (OpaquePointer) -> Result?) -> Result? {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        defer {
            unsafe EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        return unsafe body(context)
    }
}
