internal import JSON
internal import Model

extension RemediationResult {
    /// The state of a request as the ledger and the console's reports tell it.
    ///
    /// - Parameters:
    ///   - tracked: What the console has reported while it works on it; nil where it has nothing to report.
    ///   - ended: What was found out since its end; nil where nothing more is to be found out.
    init(_ request: LedgerRequest, tracked: TrackedRequest?, ended: EndedRequest? = nil, now: Timestamp) {
        self.init()
        requestId = request.id
        state = request.state
        if state == .submitted, tracked?.hasBegun == true { state = .inProgress }
        reason = request.end == nil ? request.reason : request.end?.reason
        detail = request.end == nil ? request.detail : request.end?.detail
        actions = request.end == nil ? request.openActions(tracked) : ended?.actions ?? request.endedActions
        if !request.names.isEmpty { actions = actions.map { $0.named(as: request.names) } }
        malopId = request.request.malopId
        requestedBy = request.request.initiatorUserName
        requestReason = request.request.reason
        dryRun = request.request.dryRun
        signedBy = request.keyID
        approvedBy = request.approvers
        objections = request.objections.isEmpty ? nil : request.objections
        mode = request.mode
        policy = request.policy
        digest = request.digest
        source = request.origin
        remediationId = request.remediationId
        attempts = request.attempt > 0 ? request.attempt : nil
        notAfter = request.notAfter
        acceptedAt = request.acceptedAt
        submittedAt = request.submittedAt
        endedAt = request.end?.at
        updatedAt = now
        verification = ended?.verification
        amended = ended?.amended
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
    /// Who has approved it, each name once; nil if nobody has.
    fileprivate var approvers: [String]? {
        var seen: Set<String> = []
        let names = approvals.map(\.by).filter { seen.insert($0).inserted }
        return names.isEmpty ? nil : names
    }

    fileprivate func openActions(_ tracked: TrackedRequest?) -> [ActionResult] {
        if let tracked { return tracked.progress.actions }
        return answers.isEmpty ? request.targets.map { ActionResult($0, state: .pending) } : answers
    }

    /// Each action that was asked for with its state at the end. What was never sent stays `PENDING`: it was never
    /// begun.
    var endedActions: [ActionResult] {
        guard let end else { return [] }
        let known = end.actions.isEmpty ? actions(endedAs: end.state) : end.actions
        return known.map(\.withReceipt)
    }

    /// What an end without a word of its own says of each action. Where nobody can tell the end, what the console has said
    /// of some stands.
    private func actions(endedAs state: RequestState) -> [ActionResult] {
        guard state == .unknown, !answers.isEmpty else {
            return request.targets.map { ActionResult($0, state: state.ofEachAction) }
        }
        return answers.map { action in
            var action = action
            if !action.state.isEnd { action.state = .unknown }
            return action
        }
    }
}

extension ActionResult {
    /// The same with what takes it back, where that needs no search.
    fileprivate var withReceipt: ActionResult {
        guard actionType == .isolateMachine, state == .succeeded, undo == nil else { return self }
        var action = self
        action.undo = UndoReceipt(.unisolateMachine, targetId: machineId)
        return action
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
