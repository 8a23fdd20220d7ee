import Cybereason
import JSON
import Model

/// Which remediation of the console's list is certainly the one that an unanswered request has started.
struct AdoptionRule: Sendable {
    /// Our account at the console.
    let user: String
    /// What was asked.
    let targets: [ActionTarget]
    /// When the request can have started at the earliest, in the console's time.
    let earliest: Timestamp
    /// Whether a remediation belongs to a request already.
    let isTaken: @Sendable (String) -> Bool

    /// How far the reading of the console's clock may be off.
    static let tolerance = Duration.seconds(5)

    /// The rule for an attempt; nil if its writer did not know the console's time.
    init?(_ request: LedgerRequest, user: String, isTaken: @escaping @Sendable (String) -> Bool) {
        guard let consoleTime = request.intentConsoleTime else { return nil }
        self.user = user
        targets = request.request.targets
        earliest = consoleTime - Self.tolerance
        self.isTaken = isTaken
    }

    /// Those that fit, the earliest first.
    func candidates(in reports: [RemediationReport]) -> [RemediationReport] {
        reports.filter(fits).sorted { ($0.start ?? .latest) < ($1.start ?? .latest) }
    }

    private func fits(_ report: RemediationReport) -> Bool {
        guard let start = report.start, start >= earliest, report.initiatingUser == user else { return false }
        return !isTaken(report.remediationID) && hasOurActions(report)
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
