internal import JSON
internal import Model

extension RemediationResult {
    /// The state of a request as the ledger and, while the console works on it, its own reports tell it.
    ///
    /// - Parameter tracked: What the console has reported; nil where it has nothing to report.
    init(_ request: LedgerRequest, tracked: TrackedRequest?, now: Timestamp) {
        self.init()
        requestId = request.id
        state = request.state
        if state == .submitted, tracked?.hasBegun == true { state = .inProgress }
        reason = request.end == nil ? request.reason : request.end?.reason
        detail = request.end == nil ? request.detail : request.end?.detail
        actions = request.actionResults(tracked)
        malopId = request.request.malopId
        requestedBy = request.request.initiatorUserName
        requestReason = request.request.reason
        dryRun = request.request.dryRun
        digest = request.digest
        source = request.origin
        remediationId = request.remediationId
        attempts = request.attempt > 0 ? request.attempt : nil
        notAfter = request.notAfter
        acceptedAt = request.acceptedAt
        submittedAt = request.submittedAt
        endedAt = request.end?.at
        updatedAt = now
    }

    /// Whether a reader would learn nothing from one that it does not know from the other.
    ///
    /// A word of the console that is only repeated is no news, so the times of the words do not count.
    func saysTheSame(as other: RemediationResult) -> Bool { withoutTimes == other.withoutTimes }

    private var withoutTimes: RemediationResult {
        var copy = self
        copy.version = 0
        copy.updatedAt = Timestamp(milliseconds: 0)
        for index in copy.actions.indices { copy.actions[index].updatedAt = nil }
        return copy
    }
}

extension LedgerRequest {
    /// Each action that was asked for with its state. What was never sent stays `PENDING`, also after the end: it was
    /// never begun.
    fileprivate func actionResults(_ tracked: TrackedRequest?) -> [ActionResult] {
        guard let end else {
            return tracked?.progress.actions ?? request.targets.map { ActionResult($0, state: .pending) }
        }
        guard end.actions.isEmpty else { return end.actions }
        return request.targets.map { ActionResult($0, state: end.state.ofEachAction) }
    }
}

extension RequestState {
    /// What an end says of each action, where it was written without them.
    fileprivate var ofEachAction: ActionState {
        switch self {
        case .succeeded: .succeeded
        case .failed: .failed
        case .aborted: .aborted
        case .timedOut: .timedOut
        case .partial, .unknown: .unknown
        default: .pending
        }
    }
}
