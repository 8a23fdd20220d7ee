import Cybereason
import JSON
import Model

/// Which remediation of the console's list is certainly the one that an unanswered attempt has started, and whether the
/// list shows that none is.
struct AdoptionRule: Sendable {
    /// Our account at the console.
    let user: String
    /// What was asked.
    let targets: [ActionTarget]
    /// When the attempt can have started at the earliest, in the console's time; nil if its writer did not know that.
    let earliest: Timestamp?
    /// Whether a remediation belongs to a request already.
    let isTaken: @Sendable (String) -> Bool

    /// How far the reading of the console's clock may be off.
    static let tolerance = Duration.seconds(5)

    /// The rule for the request's last attempt.
    init(_ request: LedgerRequest, user: String, isTaken: @escaping @Sendable (String) -> Bool) {
        self.user = user
        targets = request.request.targets
        earliest = request.intentConsoleTime.map { $0 - Self.tolerance }
        self.isTaken = isTaken
    }

    /// Those that fit, the earliest first.
    func candidates(in reports: [RemediationReport]) -> [RemediationReport] {
        reports.filter(fits).sorted { ($0.start ?? .latest) < ($1.start ?? .latest) }
    }

    /// Whether the attempt is certainly none of these. More is needed to rule one out than not to be sure of it: that
    /// another user is named, or a line is still missing in a log, proves nothing.
    func isAbsent(in reports: [RemediationReport]) -> Bool { !reports.contains(where: canBe) }

    private func fits(_ report: RemediationReport) -> Bool {
        guard let start = report.start, let earliest, start >= earliest, report.initiatingUser == user else {
            return false
        }
        return !isTaken(report.remediationID) && hasOurActions(report)
    }

    private func canBe(_ report: RemediationReport) -> Bool {
        if isTaken(report.remediationID) { return false }
        if let start = report.start, let earliest, start < earliest { return false }
        return !report.statusLog.contains { isForeign($0) }
    }

    /// Whether a line is about something that was not asked for. What it leaves out may be ours.
    private func isForeign(_ entry: StatusLogEntry) -> Bool {
        !targets.contains { target in
            (entry.machineID ?? target.machineId) == target.machineId
                && (entry.targetID ?? target.targetId) == target.targetId
                && (entry.actionType?.rawValue ?? target.actionType.rawValue) == target.actionType.rawValue
        }
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
        let same = targets.filter {
            $0.machineId == entry.machineID && $0.actionType.rawValue == entry.actionType?.rawValue
        }
        guard let id = entry.targetID else { return same.count == 1 ? same.first : nil }
        return same.first { $0.targetId == id }
    }
}
