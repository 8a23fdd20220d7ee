import Policy

/// The policy that holds at a moment.
struct PolicyInForce: Sendable {
    /// What it says.
    let policy: ResponsePolicy
    /// Its keys, as their files had them when it was loaded.
    let keys: KeyRing
    /// Rises whenever another one comes into force.
    let generation: Int

    init(_ policy: ResponsePolicy, keys: KeyRing = .empty, generation: Int = 0) {
        self.policy = policy
        self.keys = keys
        self.generation = generation
    }

    /// Reads a policy and the files of its keys, which go together: with a key that cannot be read, none of it holds.
    ///
    /// - Throws: `PolicyError` with every mistake.
    init(contentsOf path: String, generation: Int = 0) throws(PolicyError) {
        let policy = try ResponsePolicy(contentsOf: path)
        self.init(policy, keys: try KeyRing(of: policy, file: path), generation: generation)
    }
}
