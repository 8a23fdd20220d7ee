internal import Model

/// How a remediation ended.
struct RequestEnd: Sendable, Equatable {
    var state: RequestState
    var reason: Reason
    var detail: String?
    var actions: [ActionResult]

    /// The end that the actions make together; nil while one of them is open.
    ///
    /// `FAILED` says that no action succeeded, so it needs to be known of each of them: with an action whose fate is not
    /// known the whole is `UNKNOWN`.
    init?(_ actions: [ActionResult]) {
        guard !actions.isEmpty, actions.allSatisfy(\.state.isEnd) else { return nil }
        let states = Set(actions.map(\.state))
        self.init(state: .unknown, reason: Self.unknownReason(actions), actions: actions)
        if states == [.succeeded] {
            (state, reason) = (.succeeded, .completed)
        } else if states.contains(.succeeded) {
            state = .partial
            if !states.isSubset(of: [.succeeded, .unknown]) { reason = .someFailed }
        } else if states == [.aborted] {
            (state, reason) = (.aborted, .aborted)
        } else if states.isSubset(of: [.failed, .aborted]) {
            (state, reason) = (.failed, .allFailed)
        }
        detail = Self.words(actions)
    }

    private init(state: RequestState, reason: Reason, detail: String? = nil, actions: [ActionResult]) {
        self.state = state
        self.reason = reason
        self.detail = detail
        self.actions = actions
    }

    /// The deadline has passed: what has not ended by now is timed out, what has stays as it is.
    static func timedOut(_ actions: [ActionResult], detail: String) -> RequestEnd {
        let settled = actions.map { action in
            guard !action.state.isEnd else { return action }
            var action = action
            action.state = action.actionType.isUntracked ? .unknown : .timedOut
            return action
        }
        return RequestEnd(state: .timedOut, reason: .deadline, detail: detail, actions: settled)
    }

    /// The console will say nothing more: what has not ended by now never will.
    static func unknown(_ actions: [ActionResult]) -> RequestEnd? {
        let settled = actions.map { action in
            guard !action.state.isEnd else { return action }
            var action = action
            action.state = .unknown
            return action
        }
        return RequestEnd(settled)
    }

    private static func unknownReason(_ actions: [ActionResult]) -> Reason {
        let unknown = actions.filter { $0.state == .unknown }
        return !unknown.isEmpty && unknown.allSatisfy(\.actionType.isUntracked) ? .notTrackable : .cannotTell
    }

    /// What did not succeed, and what the console said of it; at most three actions are named.
    private static func words(_ actions: [ActionResult]) -> String? {
        let others = actions.filter { $0.state != .succeeded }
        guard !others.isEmpty else { return nil }
        var words = others.prefix(3).map { action in
            let said = [action.errorType, action.error].compactMap(\.self).joined(separator: ": ")
            return "\(action.target): \(action.state.rawValue)" + (said.isEmpty ? "" : " (\(said.prefix(200)))")
        }
        if others.count > 3 { words.append("and \(others.count - 3) more") }
        return words.joined(separator: "; ")
    }
}
