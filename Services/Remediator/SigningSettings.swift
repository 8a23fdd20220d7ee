import Policy
import Runtime
import Signing

/// Whether records must be signed, and what the planner signs with.
struct SigningSettings: Sendable {
    /// The planner's own key.
    struct OwnKey: Sendable {
        /// The id that the policy knows it by.
        let id: String
        /// Its file.
        let file: String
    }

    private static let requirementKey = "REMEDIATOR_SIGNATURES"
    private static let fileKey = "REMEDIATOR_SIGNING_KEY_FILE"
    private static let idKey = "REMEDIATOR_SIGNING_KEY_ID"

    /// Whether requests and decisions must be signed.
    var requirement = SignatureRequirement.off
    /// What the planner signs with; nil: it does not sign.
    var own: OwnKey?

    /// Nothing is signed, and nothing has to be.
    init() {}

    init(reading reader: inout ConfigurationReader) {
        requirement = reader.choice(
            Self.requirementKey,
            "Whether requests and decisions must be signed with a key of the policy; off: a signature with such a key must"
                + " be right, and none is needed",
            default: .off)
        let file = reader.optional(
            Self.fileKey,
            "The key that the planner signs its requests with: an Ed25519 private key in PEM, or an HMAC-SHA-256 secret",
            .path)
        let id = reader.optional(Self.idKey, "The id that the policy's keys have for the planner's key", .string)
        switch (file, id) {
        case (let file?, let id?): own = OwnKey(id: id, file: file)
        case (.some, nil): reader.problem(Self.idKey, "is not set; \(Self.fileKey) is, and they go together")
        case (nil, .some): reader.problem(Self.fileKey, "is not set; \(Self.idKey) is, and they go together")
        case (nil, nil):
            guard requirement == .required else { return }
            reader.problem(
                Self.fileKey,
                "is not set; with \(Self.requirementKey)=required the planner has to sign its requests too: set it and"
                    + " \(Self.idKey)")
        }
    }

    /// What the planner signs with; nil if it does not sign.
    ///
    /// - Parameter keys: Those of the policy: what is signed must be taken under it.
    /// - Throws: `ConfigurationError` for a key that cannot be used.
    func signer(for keys: KeyRing, warn: (_ warning: String) -> Void) throws(ConfigurationError) -> RecordSigner? {
        guard let own else { return nil }
        let signer: RecordSigner
        do throws(SigningError) {
            signer = RecordSigner(keyID: own.id, key: try SigningKey(contentsOf: own.file))
        } catch {
            throw ConfigurationError(problems: ["\(Self.fileKey): \(error)"])
        }
        if let warning = signer.key.warning { warn(warning) }
        if let objection = objection(to: signer, under: keys) { throw ConfigurationError(problems: [objection]) }
        return signer
    }

    /// Why the planner's requests would be refused under a policy with these keys; nil if they would not.
    func objection(to signer: RecordSigner, under keys: KeyRing) -> String? {
        // Where nothing has to be signed, a key that the policy does not know does no harm.
        guard requirement == .required || keys[signer.keyID] != nil else { return nil }
        return keys.objection(to: signer).map { "\(Self.idKey): what the planner signs would be refused: \($0)" }
    }
}
