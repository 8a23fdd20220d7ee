internal import Model

extension ResponsePolicy {
    /// The decision statuses that the vendor or its clients name. The console's list is not public, and may be longer.
    public static let knownDecisionStatuses = [
        "DDS_DETECTED", "DDS_FAILED_TO_PREVENT", "DDS_FAILED_TO_QUARANTINE", "DDS_PREVENTED", "DDS_UNKNOWN",
    ]

    /// What is no mistake and probably not meant so, for whoever has written the policy.
    public var warnings: [String] {
        let known = Self.knownDecisionStatuses.joined(separator: ", ")
        let statuses = rules.flatMap { rule in
            (rule.decisionStatuses ?? []).filter { !Self.knownDecisionStatuses.contains($0) }.sorted().map {
                "rule '\(rule.name)': '\($0)' is not a decision status that is known; known are \(known)"
            }
        }
        return statuses + unreached
    }

    /// Rules that another one before them leaves nothing for. No mistake: whoever wants everything left alone at once puts
    /// one rule before all others.
    private var unreached: [String] {
        rules.enumerated().compactMap { index, rule in
            guard let first = rules[..<index].first(where: { $0.fitsAll(of: rule) }) else { return nil }
            return "rule '\(rule.name)' is never reached: '\(first.name)' before it fits all that it does"
        }
    }

    /// Whether anything may wait for a person's approval by this policy.
    public var asksForApproval: Bool {
        mode == .approve || groups.contains { $0.mode == .approve }
            || rules.contains { $0.saysMode && $0.mode == .approve && !$0.actions.isEmpty }
            || requesters.contains { $0.mode == .approve } || keys.contains { $0.mode == .approve }
    }

    /// What approvals rest on, where that is less than whoever relies on them would think; nil if all is well.
    ///
    /// - Parameter isSigned: Whether decisions have to be signed.
    public func approvalWarning(isSigned: Bool) -> String? {
        guard asksForApproval else { return nil }
        guard isSigned else {
            return "something waits for an approval, and decisions need not be signed (REMEDIATOR_SIGNATURES is not"
                + " required here): whoever may write to the decisions approves under any name"
        }
        if keys.contains(where: \.mayDecide) { return nil }
        return "something waits for an approval, which has to be signed, and no key is for decisions (uses): nobody can"
            + " approve it"
    }
}

extension ResponsePolicy.Rule {
    /// Whether it fits whatever another rule fits, so that one after it is never reached.
    fileprivate func fitsAll(of other: Self) -> Bool {
        guard verdicts.isSuperset(of: other.verdicts), kinds.isSuperset(of: other.kinds) else { return false }
        if let decisionStatuses {
            guard let others = other.decisionStatuses, decisionStatuses.isSuperset(of: others) else { return false }
        }
        guard let machineGroups else { return true }
        guard let others = other.machineGroups, machineGroups.isSuperset(of: others) else { return false }
        // Where a machine's groups are not known, a rule without actions fits, and one with actions does not.
        return actions.isEmpty || !other.actions.isEmpty
    }

    /// The kinds of items that it is about.
    private var kinds: Set<ItemKind> {
        itemKinds ?? Set(ItemKind.allCases.filter { kind in actions.isEmpty || actions.contains { $0.fits(kind) } })
    }
}
