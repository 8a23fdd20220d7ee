import JSON
import Model
import Policy

/// What targets are called, which the policy may have to know, and always a person who is to approve something.
extension RequestCourse {
    /// Asks for the targets where the policy has to know them and they are not known; nil if there is no need.
    func identifyTargets(of request: LedgerRequest, _ around: Circumstances) -> Step? {
        let asked = request.request.targets.filter(\.actionType.isAimedAtItem)
        guard around.policy.policy.needsTargetFacts, asked.contains(where: \.actionType.isAimedAtName) else {
            return nil
        }
        guard !targets.isCurrent(of: asked, at: around.now, recheck: rules.machineRecheck) else { return nil }
        guard let retryAt = targets.retryAt, around.now < retryAt else { return .identify(asked) }
        let overdue = (targets.failingSince ?? around.now) + rules.patience
        return waitForConsole(until: retryAt, targets.failure ?? Self.noWords, overdue, request, around)
    }

    /// Waits for a person, who is told what the targets are called: the console is asked for that first, but not for long.
    /// What is said changes only with approvals that do not count, and with names that come to be known.
    func holdForApproval(_ request: LedgerRequest, _ wanted: WantedApproval, _ around: Circumstances) -> Step {
        let named = named(request, around)
        let naming = naming(of: request, named, around)
        if naming == .now { return .identify(request.request.targets.filter(\.actionType.isAimedAtItem)) }
        let isHeld = request.isHeld(.approvalRequired)
        let isNews = named.contains { $0.targetName != nil && request.names[$0.target]?.targetName == nil }
        if isHeld, !request.hasNewApproval, !isNews {
            guard case .later(let time) = naming else { return rest(until: nil, request, around) }
            return rest(until: time, request, around)
        }
        if !isHeld, case .later(let time) = naming, targets.mayAnswerSoon(within: rules.patience, at: around.now) {
            return rest(until: time, request, around)
        }
        var draft = FactDraft(.held, .approvalRequired, wanted.words)
        draft.actions = named.isEmpty ? nil : named
        draft.objections = wanted.objections.isEmpty ? nil : wanted.objections
        return .append(judged(draft, request, around))
    }

    private func naming(
        of request: LedgerRequest, _ named: [ActionResult], _ around: Circumstances
    ) -> KnownTargets.Naming {
        let known = Set(named.filter { $0.targetName != nil }.map(\.target))
        let items = request.request.targets.prefix(Self.namedActions).filter(\.actionType.isAimedAtItem)
        guard items.contains(where: { !known.contains($0) }) else { return .never }
        return targets.naming(recheck: rules.machineRecheck, at: around.now)
    }

    /// As many actions are named as a person reads; the facts of thousands would not fit.
    private static let namedActions = 100

    /// The actions of which something has a name, as far as is known.
    private func named(_ request: LedgerRequest, _ around: Circumstances) -> [ActionResult] {
        request.request.targets.prefix(Self.namedActions).compactMap { target in
            let facts = targets.facts[target.targetId]
            var action = ActionResult(target, state: .pending)
            if target.actionType.isAimedAtItem {
                action.targetName = facts?.name?.shortened(to: 256)
                action.targetPath = facts?.path?.shortened(to: 1024)
            }
            let machine = around.machines[target.machineId]?.name ?? ""
            action.machineName = machine.isEmpty ? nil : machine.shortened(to: 256)
            action = action.named(as: request.names)
            return action.targetName == nil && action.machineName == nil ? nil : action
        }
    }
}

extension ActionType {
    /// Whether its target is a process or a file, which the console may be asked for.
    fileprivate var isAimedAtItem: Bool { !isIsolation && self != .deleteRegistryKey }
}

extension String {
    /// Itself, or its beginning: others choose names, of whichever length.
    fileprivate func shortened(to limit: Int) -> String {
        unicodeScalars.count <= limit ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(limit))) + "…"
    }
}
