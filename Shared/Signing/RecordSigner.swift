/// Signs records under the id that the policy knows the key by.
public struct RecordSigner: Sendable {
    /// The id of the key.
    public let keyID: String
    /// The key.
    public let key: SigningKey

    /// A signer.
    public init(keyID: String, key: SigningKey) {
        self.keyID = keyID
        self.key = key
    }

    /// The headers that a record with this value needs, names and values.
    ///
    /// - Throws: `SigningError` if libcrypto does not sign.
    public func headers(for payload: [UInt8]) throws(SigningError) -> [(name: String, value: String)] {
        let signature = try key.signature(of: payload)
        return [(SignatureHeader.keyID, keyID), (SignatureHeader.signature, Base64.encode(signature))]
    }
}
