internal import Model

extension ResponsePolicy {
    /// Why an approval that was signed with a key does not count for a request; nil if it may.
    ///
    /// The key has to be for decisions, and its limits bind what is approved as they bind what is asked for.
    ///
    /// - Parameter machines: As for ``judge(_:machines:)``.
    public func objection(
        toApprovalWith keyID: String, of asked: AskedResponse, machines: [String: MachineFacts]
    ) -> String? {
        guard let key = keys.first(where: { $0.id == keyID }) else {
            return "the policy does not know its key '\(keyID)'"
        }
        guard key.mayDecide else { return "key '\(keyID)' is not for decisions" }
        if let mode = key.mode, mode < .enforce {
            return "key '\(keyID)' has mode \(mode.rawValue), and what is approved is sent"
        }
        let judged = JudgedRequest(asked, machines, under: self)
        return judged.limit(key.actions, key.groups, "key '\(keyID)'")?.words
    }
}
