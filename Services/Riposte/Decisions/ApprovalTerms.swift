internal import JSON
internal import Model
internal import Runtime

/// What is particular to an approval or a denial of a request that waits.
struct ApprovalTerms: DecisionTerms {
    let verb: DecisionVerb

    /// Prints what is asked.
    let present: @Sendable (RemediationResult) async -> Void

    var unanswered: String { verb == .approve ? "still waits for an approval" : "still waits" }

    func check(_ newest: RemediationResult) throws(NothingToDecide) {
        if verb == .approve ? newest.waitsForApproval : newest.mayBeDenied { return }
        let reason = newest.reason.map { " (\($0))" } ?? ""
        let state = "request \(newest.requestId) is \(newest.state.rawValue)\(reason)"
        let words =
            verb == .approve
            ? "not waiting for an approval: there is nothing to approve" : "not waiting: it is too late"
        throw NothingToDecide("\(state), \(words)")
    }

    func complete(_ decision: inout RemediationDecision, for result: RemediationResult) {
        decision.digest = result.digest
    }

    func show(_ result: RemediationResult) async { await present(result) }

    func isAnswer(
        _ result: RemediationResult, to decision: RemediationDecision, since before: RemediationResult
    ) -> Bool {
        guard verb == .approve else { return !result.mayBeDenied }
        guard result.waitsForApproval else { return true }
        // Whose approval does not count is told; words about others are no answer to this one.
        return (result.objections ?? []).contains { $0.by == decision.decidedBy }
    }

    func hasTakenEffect(
        _ decision: RemediationDecision, _ result: RemediationResult, since before: RemediationResult
    ) -> Bool {
        guard verb == .approve else { return result.state == .denied }
        switch result.state {
        case .denied, .expired, .refused: return false
        default: return !result.waitsForApproval
        }
    }
}

extension RemediationResult {
    /// Whether it waits for a person's approval.
    var waitsForApproval: Bool { state == .held && reason == .approvalRequired }

    /// Whether nothing was sent yet, so that a person may still deny it.
    var mayBeDenied: Bool { state == .held || state == .accepted }
}
