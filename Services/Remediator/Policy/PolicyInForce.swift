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
}
