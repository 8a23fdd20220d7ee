import Cybereason
import JSON
import Model
import Pipeline
import Runtime

/// What the executor counts.
struct ExecutorMetrics: Sendable {
    private let ends: MetricFamily<Counter>
    private let holds: MetricFamily<Counter>
    private let posts: MetricFamily<Counter>
    private let seconds: Histogram

    init(_ metrics: Metrics) {
        ends = metrics.counters(
            "remediation_requests_ended_total", help: "Requests that this service ended, by state and reason.",
            labels: ["state", "reason"])
        holds = metrics.counters(
            "remediation_holds_total", help: "How often a request began to wait, by what it waits for.",
            labels: ["reason"])
        posts = metrics.counters(
            "remediation_posts_total", help: "Requests handed to the console, by their outcome.", labels: ["outcome"])
        seconds = metrics.histogram(
            "remediation_intent_to_submit_seconds", help: "From the intent to the console's acceptance.")
    }

    func held(_ reason: Reason?) { holds.with(reason?.rawValue ?? "none").add() }

    func ended(_ state: RequestState, _ reason: Reason?) {
        ends.with(state.rawValue, reason?.rawValue ?? "none").add()
    }

    func posted(_ outcome: ConsoleOutcome, since begun: ContinuousClock.Instant) {
        switch outcome {
        case .remediation(let outcome): posted(outcome, since: begun)
        case .isolation(.answered, _): posts.with("answered").add()
        case .isolation(.refused(let refusal), _): posted(.refused(refusal), since: begun)
        case .isolation(.notSent(let reason), _): posted(.notSent(reason), since: begun)
        case .isolation(.mayHaveRun(let reason), _): posted(.mayHaveRun(reason), since: begun)
        }
    }

    private func posted(_ outcome: RemediationOutcome, since begun: ContinuousClock.Instant) {
        switch outcome {
        case .submitted:
            posts.with("submitted").add()
            seconds.observe(ContinuousClock.now - begun)
        case .refused: posts.with("refused").add()
        case .notSent(let reason): posts.with("not-sent-\(reason.kind.rawValue)").add()
        case .mayHaveRun(let reason): posts.with("uncertain-\(reason.kind.rawValue)").add()
        }
    }

    /// Shows the open requests of this instance by phase, and the age of the oldest.
    static func watch(_ ledger: LedgerLog, _ ownership: Ownership, _ metrics: Metrics) {
        let phases: [LedgerRequest.Phase] = [.accepted, .held, .intent, .notSent, .submitted, .uncertain, .parked]
        for phase in phases {
            metrics.reading(
                "remediation_requests_open", help: "Open requests of this instance, by where they stand.",
                labels: ["phase": phase.rawValue]
            ) { Double(owned(ledger, ownership).count { $0.phase == phase }) }
        }
        metrics.reading(
            "remediation_oldest_open_seconds", help: "The age of the oldest open request of this instance."
        ) {
            let oldest = owned(ledger, ownership).map(\.acceptedAt).min()
            return oldest.map { (Timestamp.now() - $0) / .seconds(1) } ?? 0
        }
    }

    private static func owned(_ ledger: LedgerLog, _ ownership: Ownership) -> [LedgerRequest] {
        ledger.open.filter { ownership.owns($0) }.compactMap { ledger.entry($0)?.request }
    }
}
