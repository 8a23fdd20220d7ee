/// The names of the record headers that a signature travels in.
public enum SignatureHeader {
    /// The id of the key, as the policy names it, in UTF-8.
    public static let keyID = "riposte-key-id"

    /// The signature over the bytes of the record's value, in base64.
    public static let signature = "riposte-signature"
}
