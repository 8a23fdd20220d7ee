import Kafka
import Model
import Pipeline
import Policy
import Signing

/// Whether requests and decisions must be signed.
enum SignatureRequirement: String, CaseIterable, Sendable {
    /// A signature with a key that the policy knows must be right; any other is nobody's business.
    case off
    /// What is not signed with a key that the policy knows is refused.
    case required
}

/// Who has signed a record, or why that cannot be believed.
struct SignatureCheck: Sendable {
    /// What a record asks for.
    enum Use: Sendable {
        case request, decision
    }

    /// Whether there has to be a signature.
    let requirement: SignatureRequirement
    /// The keys of the policy that holds when a record is looked at.
    let keys: @Sendable () -> KeyRing

    /// Where no key is known, and nothing has to be signed.
    static let none = SignatureCheck(requirement: .off) { .empty }

    /// The id of the key that a record was signed with, after its signature was found to be right; nil for one that is
    /// not signed where it need not be.
    ///
    /// - Throws: ``Unusable`` if it must not be acted on. Nothing that such a record says of itself can be believed then, its
    ///   id included.
    func keyID(of record: KafkaRecord, for use: Use) throws(Unusable) -> String? {
        // Without a value there is nothing to sign or to do.
        guard let payload = record.value else { return nil }
        let id = try Self.header(SignatureHeader.keyID, of: record)
        let signature = try Self.header(SignatureHeader.signature, of: record)
        guard let id else {
            if signature != nil { throw Self.invalid("there is a signature and no \(SignatureHeader.keyID)") }
            guard requirement == .required else { return nil }
            throw Unusable(
                .signatureMissing,
                "the headers \(SignatureHeader.keyID) and \(SignatureHeader.signature) are missing, and"
                    + " REMEDIATOR_SIGNATURES is required")
        }
        guard let name = Self.name(id) else { throw Self.invalid("the key's id cannot be read") }
        guard let entry = keys()[name] else {
            guard requirement == .required else { return nil }
            throw Unusable(.keyUnknown, "the policy has no key '\(name)'")
        }
        guard let signature else { throw Self.invalid("key '\(name)' is named and there is no signature") }
        guard let bytes = Base64.decode(signature) else { throw Self.invalid("the signature is not base64") }
        guard entry.verifying.isValid(bytes, of: payload) else {
            throw Self.invalid("it is not that of key '\(name)' over these \(payload.count) bytes")
        }
        try Self.check(entry.key, use)
        return name
    }

    private static func check(_ key: PolicyKey, _ use: Use) throws(Unusable) {
        switch use {
        case .request where !key.mayRequest:
            throw Unusable(.requesterNotAllowed, "key '\(key.id)' is not for requests (its uses in the policy)")
        case .decision where !key.mayDecide:
            throw Unusable(.requesterNotAllowed, "key '\(key.id)' is not for decisions (its uses in the policy)")
        default: break
        }
    }

    /// The one header of this name. With two, each reader could take another one for it.
    private static func header(_ name: String, of record: KafkaRecord) throws(Unusable) -> [UInt8]? {
        let values = record.headers.filter { $0.name == name }.map(\.value)
        guard values.count <= 1 else { throw invalid("the header \(name) is there \(values.count) times") }
        return values.first
    }

    /// The id of a key as policies may have it; nil for what none has.
    private static func name(_ bytes: [UInt8]) -> String? {
        let isPlain = (1...100).contains(bytes.count) && bytes.allSatisfy { (0x21...0x7E).contains($0) }
        return isPlain ? String(decoding: bytes, as: UTF8.self) : nil
    }

    private static func invalid(_ words: String) -> Unusable { Unusable(.signatureInvalid, "\(words)") }
}
