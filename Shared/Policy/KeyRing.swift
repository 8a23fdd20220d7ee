internal import Model
public import Signing

/// The keys of a policy with what is in their files: what signatures are checked with.
public struct KeyRing: Sendable {
    /// One key.
    public struct Entry: Sendable {
        /// What the policy says of it.
        public let key: PolicyKey
        /// What its signatures are checked with.
        public let verifying: VerifyingKey
    }

    private let entries: [String: Entry]

    /// What whoever runs this should know of the keys' files, for the log.
    public let warnings: [String]

    /// No key at all.
    public static let empty = KeyRing(entries: [:], warnings: [])

    private init(entries: [String: Entry], warnings: [String]) {
        self.entries = entries
        self.warnings = warnings
    }

    /// Reads the key files of a policy. Blocks.
    ///
    /// - Parameter file: The policy's name in what is said about mistakes.
    /// - Throws: `PolicyError` with every key whose file cannot be used, and nothing of a secret. A policy is only as good
    ///   as its keys: without one of them, it is not to be taken at all.
    public init(of policy: ResponsePolicy, file: String) throws(PolicyError) {
        let keys = policy.keys.enumerated().map { (place: "keys[\($0.offset)]", key: $0.element) }
        let (entries, problems) = Self.read(keys, file: file)
        guard problems.isEmpty else { throw PolicyError(problems: problems) }
        let warnings = policy.keys.compactMap { entries[$0.id]?.verifying.warning }
        self.init(entries: entries, warnings: warnings)
    }

    /// Reads what is in the files of keys, as far as it can be used, and says what cannot. Blocks.
    static func read(
        _ keys: [(place: String, key: PolicyKey)], file: String
    ) -> (entries: [String: Entry], problems: [PolicyProblem]) {
        var entries: [String: Entry] = [:]
        var problems: [PolicyProblem] = []
        for (place, key) in keys {
            do throws(SigningError) {
                entries[key.id] = Entry(key: key, verifying: try Self.read(key))
            } catch {
                problems.append(
                    PolicyProblem(file: file, line: key.line, key: "\(place).file", message: error.description))
            }
        }
        return (entries, problems)
    }

    private static func read(_ key: PolicyKey) throws(SigningError) -> VerifyingKey {
        switch key.algorithm {
        case .ed25519: try .ed25519(publicKeyFile: key.file)
        case .hmacSHA256: try .hmacSHA256(secretFile: key.file)
        }
    }

    /// The key with this id.
    public subscript(id: String) -> Entry? { entries[id] }

    /// What would become of records that this signer signs as requests; nil if they would be taken.
    public func objection(to signer: RecordSigner) -> String? {
        guard let entry = self[signer.keyID] else { return "the policy has no key '\(signer.keyID)'" }
        guard entry.key.mayRequest else { return "key '\(signer.keyID)' is not for requests (its uses in the policy)" }
        let probe = Array("riposte".utf8)
        do throws(SigningError) {
            guard entry.verifying.isValid(try signer.key.signature(of: probe), of: probe) else {
                return "the policy's key '\(signer.keyID)' is not this key's other half"
            }
            return nil
        } catch {
            return error.description
        }
    }
}
