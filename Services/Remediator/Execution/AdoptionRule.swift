import Cybereason
import JSON
import Model

/// Which remediation of the console's list is certainly the one that an unanswered attempt has started, and whether the
/// list shows that none is.
///
/// Between the two lies what is neither: wrongly adopted is a request that is told another's end, wrongly absent one that
/// is done twice. So each needs a proof of its own, and what is in doubt is left to a person.
struct AdoptionRule: Sendable {
    /// Our account at the console.
    let user: String
    /// What was asked.
    let targets: [ActionTarget]
    /// The console's time when the attempt was about to be sent; nil if its writer did not know it.
    let begun: Timestamp?
    /// What a request asked for that a remediation belongs to; nil if it belongs to none.
    let owner: @Sendable (String) -> [ActionTarget]?

    /// How far the reading of the console's clock may be off for what is adopted.
    static let tolerance = Duration.seconds(5)

    /// How much earlier a remediation must have started to be ruled out by its time. Far more than clocks are apart: they
    /// may be set, and the console's parts have one each.
    static let certainty = Duration.seconds(600)

    /// The rule for the request's last attempt.
    init(_ request: LedgerRequest, user: String, owner: @escaping @Sendable (String) -> [ActionTarget]?) {
        self.user = user
        targets = request.request.targets
        begun = request.intentConsoleTime
        self.owner = owner
    }

    /// Those that fit, the earliest first. If it is more than one, none is certainly it.
    func candidates(in reports: [RemediationReport]) -> [RemediationReport] {
        reports.filter(fits).sorted { ($0.start ?? .latest) < ($1.start ?? .latest) }
    }

    /// Whether the attempt is certainly none of these. Another user's name, a line that is missing in a log, or one too
    /// many proves nothing.
    func isAbsent(in reports: [RemediationReport]) -> Bool { !reports.contains(where: canBe) }

    private func fits(_ report: RemediationReport) -> Bool {
        guard let start = report.start, let begun, start >= begun - Self.tolerance else { return false }
        return report.initiatingUser == user && owner(report.remediationID) == nil && hasOurActions(report)
    }

    private func canBe(_ report: RemediationReport) -> Bool {
        if let start = report.start, let begun, start < begun - Self.certainty { return false }
        if let owned = owner(report.remediationID) {
            // A person may have given ours to another request by mistake.
            return hasOurActions(report) && Set(owned) != Set(targets)
        }
        return report.statusLog.isEmpty || report.statusLog.contains { entry in targets.contains(where: entry.fits) }
    }

    /// Whether its log names each of our actions and no other. A log that is still empty proves nothing.
    private func hasOurActions(_ report: RemediationReport) -> Bool {
        var seen: Set<ActionTarget> = []
        for entry in report.statusLog {
            guard let target = target(of: entry) else { return false }
            seen.insert(target)
        }
        return seen == Set(targets)
    }

    /// The one of our actions that a line is about. The console leaves the target out at times; then the line counts
    /// only if there is no second action of its kind on the machine.
    private func target(of entry: StatusLogEntry) -> ActionTarget? {
        guard entry.machineID != nil, entry.actionType != nil else { return nil }
        let same = targets.filter(entry.fits)
        return same.count == 1 ? same.first : nil
    }
}

extension StatusLogEntry {
    /// Whether the line may be about an action.
    fileprivate func fits(_ target: ActionTarget) -> Bool {
        mayBeAbout(
            machineID: target.machineId, targetID: target.targetId, actionType: target.actionType.rawValue)
    }
}
