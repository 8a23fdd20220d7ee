public import Model
internal import PlatformIDs

extension ResponsePolicy {
    /// What the first fitting rule says about an item; nil if no rule fits, which means that nothing is done.
    ///
    /// - Parameters:
    ///   - kind: What the item is.
    ///   - verdict: The verdict on the item itself. It matches only where a rule names it: *unknown*, *indifferent* and
    ///     *not checked* never pass for anything else.
    ///   - decisionStatuses: The console's words for what its own protection did about the item.
    ///   - machine: What is known of the machine that it is on; nil: nothing.
    public func decision(
        kind: ItemKind, verdict: Verdict, decisionStatuses: [String], machine: MachineFacts? = nil
    ) -> PolicyDecision? {
        for rule in rules where rule.fits(kind, verdict, decisionStatuses) && fits(rule, machine) {
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
            decisionStatuses: own ?? enriched.detection.decisionStatuses,
            machine: enriched.detection.machine(of: suspect))
    }

    /// Whether a rule is about this machine. A doubt leaves it alone: then a rule with actions does not fit, and one
    /// without does.
    private func fits(_ rule: Rule, _ machine: MachineFacts?) -> Bool {
        guard let names = rule.machineGroups else { return true }
        guard let machine else { return rule.actions.isEmpty }
        let answers = groups.filter { names.contains($0.name) }.map { $0.match.fits(machine) }
        if answers.contains(true) { return true }
        return answers.contains(nil) && rule.actions.isEmpty
    }
}

extension Detection {
    /// What the detection says of the machine that a suspect is on.
    public func machine(of suspect: Suspect) -> MachineFacts {
        let machine = machines.first { PlatformID.areSame($0.guid, suspect.machineGuid) }
        return MachineFacts(guid: suspect.machineGuid, name: machine?.name, os: machine?.os, labels: machine?.groups)
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
