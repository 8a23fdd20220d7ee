public import Model

extension ResponsePolicy {
    /// What the first fitting rule says about an item; nil if no rule fits, which means that nothing is done.
    ///
    /// - Parameters:
    ///   - kind: What the item is.
    ///   - verdict: The verdict on the item itself. It matches only where a rule names it: *unknown*, *indifferent* and
    ///     *not checked* never pass for anything else.
    ///   - decisionStatuses: The console's words for what its own protection did about the item.
    public func decision(kind: ItemKind, verdict: Verdict, decisionStatuses: [String]) -> PolicyDecision? {
        for rule in rules where rule.fits(kind, verdict, decisionStatuses) {
            return PolicyDecision(rule: rule.name, actions: rule.actions.filter { $0.fits(kind) }, mode: rule.mode)
        }
        return nil
    }

    /// What the policy says about a suspect of a detection, by the verdict on its own hashes.
    ///
    /// The suspect's own decision status counts where the console gave one. Otherwise, or where it says that it does not
    /// know, those of the whole malop do.
    public func decision(on suspect: Suspect, in enriched: EnrichedDetection) -> PolicyDecision? {
        let own = suspect.decisionStatus.flatMap { ["", "DDS_UNKNOWN"].contains($0) ? nil : [$0] }
        return decision(
            kind: suspect.kind, verdict: enriched.verdict(on: suspect),
            decisionStatuses: own ?? enriched.detection.decisionStatuses)
    }
}

extension ResponsePolicy.Rule {
    fileprivate func fits(_ kind: ItemKind, _ verdict: Verdict, _ statuses: [String]) -> Bool {
        guard verdicts.contains(verdict) else { return false }
        if let decisionStatuses, decisionStatuses.isDisjoint(with: statuses) { return false }
        if let itemKinds { return itemKinds.contains(kind) }
        return actions.isEmpty || actions.contains { $0.fits(kind) }
    }
}
