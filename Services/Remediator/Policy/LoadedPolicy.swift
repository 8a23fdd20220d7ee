import Policy

/// A policy with everything that it needs, as its files had it at one moment.
struct LoadedPolicy: Sendable {
    /// What it says.
    let policy: ResponsePolicy
    /// Its keys.
    let keys: KeyRing
    /// Another one after a change of any of its files.
    let fingerprint: String

    /// What is made of the bytes of files, without any file.
    init(_ policy: ResponsePolicy, keys: KeyRing = .empty, fingerprint: String) {
        self.policy = policy
        self.keys = keys
        self.fingerprint = fingerprint
    }

    /// Reads a policy and the files of its keys, which go together: with a key that cannot be read, none of it holds.
    /// Blocks.
    ///
    /// - Throws: `PolicyError` with every mistake.
    init(contentsOf path: String) throws(PolicyError) {
        let (policy, keys, fingerprint) = try ResponsePolicy.withKeys(contentsOf: path)
        self.init(policy, keys: keys, fingerprint: fingerprint)
    }
}
