internal import Model
internal import Policy

/// What a person reads of a trial. Pure.
struct PolicyTrialReport {
    /// How an action differs from what the running policy makes of it.
    private enum Difference: String {
        case none = " "
        case new = "+"
        case gone = "-"
        case other = "~"
    }

    /// A line for each action.
    let lines: [String]
    /// The last line.
    let summary: String

    /// What a policy would do, alone.
    init(_ trial: PolicyTrial, detections: Int) {
        lines = trial.order.compactMap { trial.asks[$0] }.map { Self.line($0, nil, .none) }
        summary = Self.summary(trial, detections)
    }

    /// What it would do, beside what another does.
    init(_ trial: PolicyTrial, detections: Int, against running: PolicyTrial) {
        var counts: [Difference: Int] = [:]
        var lines: [String] = []
        for key in trial.order + running.order.filter({ trial.asks[$0] == nil }) {
            let (now, before) = (trial.asks[key], running.asks[key])
            guard let shown = now ?? before else { continue }
            let difference: Difference =
                switch (now, before) {
                case (_, nil): .new
                case (nil, _): .gone
                case (let now?, let before?): now.fate == before.fate ? .none : .other
                }
            counts[difference, default: 0] += 1
            lines.append(Self.line(shown, difference == .other ? before : nil, difference))
        }
        self.lines = lines
        let changes = "\(counts[.new] ?? 0) new (+), \(counts[.gone] ?? 0) gone (-), \(counts[.other] ?? 0) other (~)"
        summary = Self.summary(trial, detections) + "; \(changes), \(counts[.none] ?? 0) as now"
    }

    private static func line(
        _ ask: PolicyTrial.Ask, _ before: PolicyTrial.Ask?, _ difference: Difference
    ) -> String {
        let word = before.map { "\($0.fate.word) > \(ask.fate.word)" } ?? ask.fate.word
        let what = "\(ask.target.actionType) of \(ask.item) on \(ask.machine)"
        return "\(difference.rawValue) \(PlainText.pad(word, max(8, word.count))) \(what): rule '\(ask.rule)', "
            + "malop \(ask.malop); \(ask.why)"
    }

    private static func summary(_ trial: PolicyTrial, _ detections: Int) -> String {
        let fates = trial.asks.values.map(\.fate.word)
        let words = ["enforce", "approve", "observe", "refused"].map { word in
            "\(fates.count { $0 == word }) \(word)"
        }
        let (requests, found) = (fates.count, detections)
        return "\(requests) request\(requests == 1 ? "" : "s") of \(found) detection\(found == 1 ? "" : "s"): "
            + words.joined(separator: ", ")
    }
}
