import Policy

/// The policy that holds at a moment.
struct PolicyInForce: Sendable {
    /// What it says.
    let policy: ResponsePolicy
    /// Rises whenever another one comes into force.
    let generation: Int

    init(_ policy: ResponsePolicy, generation: Int = 0) {
        self.policy = policy
        self.generation = generation
    }
}
