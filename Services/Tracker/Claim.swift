internal import Cybereason
internal import JSON
internal import Model

/// What the console has said of an action: that it was done, or that it was not.
struct Claim: Sendable, Hashable {
    /// What a query shows of a claim.
    enum Finding: Sendable, Hashable {
        /// It is so.
        case holds

        /// It is not so, or not yet; what there is instead.
        case fails(String)

        /// The console answered, and its answer does not show it.
        case unclear

        /// The console has not answered.
        case unanswered
    }

    /// What kind of element shows the effect of an action.
    enum Element: Sendable, Hashable { case process, file, machine }

    let target: ActionTarget

    /// The console's report.
    let state: ActionState

    /// When the console took the request: what had happened before was none of its doing.
    let submittedAt: Timestamp?

    /// The claim in an action's state; nil if the console has made none.
    init?(_ action: ActionResult, submittedAt: Timestamp?) {
        switch action.state {
        case .succeeded, .failed, .aborted: break
        case .pending, .inProgress, .timedOut, .unknown: return nil
        }
        target = action.target
        state = action.state
        self.submittedAt = submittedAt
    }

    /// What to ask for; nil if no query shows what such an action has done.
    var element: Element? {
        switch target.actionType {
        case .killProcess: .process
        case .quarantineFile: .file
        case .isolateMachine, .unisolateMachine: .machine
        default: nil
        }
    }

    /// What the answers to a new query show.
    func finding(in evidence: Evidence) -> Finding {
        switch element {
        case .process: evidence.processes.finding(of: target.targetId, judge)
        case .file: evidence.files.finding(of: target.targetId, judge)
        case .machine: evidence.machines.finding(of: target.machineId, judge)
        case nil: .unclear
        }
    }

    private func judge(_ machine: MachineState) -> Finding {
        guard let isIsolated = machine.isIsolated else { return .unclear }
        let isAsAsked = isIsolated == (target.actionType == .isolateMachine)
        let words = isIsolated ? "the machine is isolated" : "the machine is not isolated"
        return isAsAsked == (state == .succeeded) ? .holds : .fails(words)
    }

    private func judge(_ process: ProcessState) -> Finding {
        let hasEnded = process.endTime != nil ? true : process.isLive.map { !$0 }
        guard let hasEnded else { return .unclear }
        if state == .succeeded { return hasEnded ? .holds : .fails("the process still runs") }
        guard hasEnded else { return .holds }
        // It may have ended by itself before; that it could not be ended then is no wrong report.
        guard let end = process.endTime, let submittedAt else { return .unclear }
        return end < submittedAt ? .holds : .fails("the process ended at \(end.rfc3339)")
    }

    private func judge(_ file: FileState) -> Finding {
        guard let isQuarantined = file.isQuarantined else { return .unclear }
        if state == .succeeded { return isQuarantined ? .holds : .fails("the file is not in quarantine") }
        return isQuarantined ? .fails("the file is in quarantine") : .holds
    }
}
