internal import JSON
internal import Model

/// What of an ended request can be taken back, and how; and what cannot, and why.
struct UndoPlan: Sendable, Equatable {
    /// One request that takes actions back. Isolation has commands of its own at the console, so it is one of its own.
    struct Step: Sendable, Equatable {
        /// What it takes back.
        let undone: [ActionTarget]
        let request: RemediationRequest

        /// The ids that it may have, in their order: a later one only after what was asked for under the earlier ones has
        /// ended without effect.
        let ids: [String]
    }

    /// How often an undo that came to nothing may be asked for again.
    private static let longestChain = 16

    let steps: [Step]

    /// What is not taken back, and why.
    let left: [(target: ActionTarget, words: String)]

    /// - Parameter person: Who asks for it.
    init(_ result: RemediationResult, by person: String, reason: String?) {
        var left: [(target: ActionTarget, words: String)] = []
        var takes: [ActionResult] = []
        for action in result.actions {
            if let words = action.obstacleToUndo(result) {
                left.append((action.target, words))
            } else {
                takes.append(action)
            }
        }
        self.left = left
        steps = [true, false].compactMap { isIsolation in
            Step(
                takes.filter { $0.undo?.actionType.isIsolation == isIsolation }, of: result,
                isIsolation ? "isolation" : "remediation", by: person, reason: reason)
        }
    }

    static func == (left: UndoPlan, right: UndoPlan) -> Bool {
        left.steps == right.steps && left.left.map(\.target) == right.left.map(\.target)
            && left.left.map(\.words) == right.left.map(\.words)
    }
}

extension UndoPlan.Step {
    /// Nil if there is nothing of this kind.
    fileprivate init?(
        _ actions: [ActionResult], of result: RemediationResult, _ kind: String, by person: String, reason: String?
    ) {
        guard !actions.isEmpty else { return nil }
        undone = actions.map(\.target)
        var request = RemediationRequest()
        request.malopId = result.malopId
        request.initiatorUserName = person
        request.reason = reason ?? "undo of request \(result.requestId)"
        for action in actions {
            guard let undo = action.undo else { continue }
            request.actionsByMachine[action.machineId, default: []].append(
                RemediationAction(targetId: undo.targetId, actionType: undo.actionType))
        }
        self.request = request
        // An id may come again after it was forgotten, and then it is another request's undo.
        let base = [result.requestId, result.acceptedAt?.rfc3339 ?? "", kind]
        ids = (0..<UndoPlan.chain).map { StableID.make("undo", base + ["\($0)"]) }
    }
}

extension UndoPlan {
    fileprivate static var chain: Int { longestChain }
}

extension ActionResult {
    /// Why it cannot be taken back; nil if it can.
    fileprivate func obstacleToUndo(_ result: RemediationResult) -> String? {
        switch state {
        case .succeeded: break
        case .failed, .aborted: return "it is \(state.rawValue): there is nothing to take back"
        case .pending where !result.state.wasSent: return "nothing was sent: there is nothing to take back"
        case .pending, .inProgress, .timedOut, .unknown:
            return "it is \(state.rawValue): nobody knows whether it was done, so look at the console"
        }
        guard undo == nil else { return nil }
        switch actionType {
        case .killProcess, .killPreventUnsuspend: return "a process that was ended cannot be brought back"
        case .deleteRegistryKey: return "a registry entry that was deleted cannot be brought back"
        case .quarantineFile: return missingReceipt(result)
        case .unquarantineFile: return "it is an undo itself: ask for QUARANTINE_FILE of the file if it is to go again"
        case .unisolateMachine: return "it is an undo itself: ask for ISOLATE_MACHINE if it is to be isolated again"
        default: return "the console has no action that takes \(actionType) back"
        }
    }

    private func missingReceipt(_ result: RemediationResult) -> String {
        guard result.verification == .pending else {
            return
                "no quarantined copy is certainly this file's, so nothing is brought back by Riposte: restore it at the"
                + " console"
        }
        return "the tracker has not found the quarantined copy yet: try again in a minute"
    }
}
