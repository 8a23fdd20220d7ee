internal import Model

extension LedgerRequest {
    /// Whether a person said which remediation is this request's. It may be a wrong one: what shows none of the request's
    /// actions is somebody else's, and not to be stopped.
    var isAdopted: Bool {
        guard let remediationId else { return false }
        return decisions.contains { $0.decision == .adopt && $0.remediationId == remediationId }
    }
}
