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
    private let sinceDetection: Histogram
    private let sinceRequest: Histogram

    /// Bounds in seconds for the way to the console: 0.25 s to a day, for a request may wait for a person.
    private static let ways: [Double] = [
        0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10_800, 86_400,
    ]

    init(_ metrics: Metrics) {
        ends = metrics.counters(
            "remediation_requests_ended_total", help: "Requests that this service ended, by state and reason.",
            labels: ["state", "reason"])
        ends.prepare(Self.knownEnds.map { [$0.rawValue, $1.rawValue] })
        holds = metrics.counters(
            "remediation_holds_total", help: "How often a request began to wait, by what it waits for.",
            labels: ["reason"])
        holds.prepare(Self.knownHolds.map(\.rawValue))
        posts = metrics.counters(
            "remediation_posts_total", help: "Requests handed to the console, by their outcome.", labels: ["outcome"])
        posts.prepare(["submitted", "answered", "refused"])
        posts.prepare(NotSent.Kind.allCases.map(Self.word))
        posts.prepare(UncertainReason.Kind.allCases.map(Self.word))
        seconds = metrics.histogram(
            "remediation_intent_to_submit_seconds", help: "From the intent to the console's acceptance.")
        let ways = metrics.histograms(
            "remediation_to_post_seconds",
            help: "From the detection that the policy answers, or from somebody's request, to the POST.",
            buckets: Self.ways, labels: ["from"])
        sinceDetection = ways.with("detection")
        sinceRequest = ways.with("request")
    }

    func held(_ reason: Reason?) { holds.with(reason?.rawValue ?? "none").add() }

    func ended(_ state: RequestState, _ reason: Reason?) {
        ends.with(state.rawValue, reason?.rawValue ?? "none").add()
    }

    /// A request was handed to the console at this time, unless the outcome says that it was not.
    func posted(
        _ outcome: ConsoleOutcome, of request: LedgerRequest, at time: Timestamp, since begun: ContinuousClock.Instant
    ) {
        let wasSent =
            switch outcome {
            case .remediation(let outcome): posted(outcome, since: begun)
            case .isolation(.answered, _): counted("answered")
            case .isolation(.refused(let refusal), _): posted(.refused(refusal), since: begun)
            case .isolation(.notSent(let reason), _): posted(.notSent(reason), since: begun)
            case .isolation(.mayHaveRun(let reason), _): posted(.mayHaveRun(reason), since: begun)
            }
        // One that may have been sent before was counted then.
        guard wasSent, !request.isDoubted else { return }
        // What the planner asks for is dated as the detection.
        let isPlanned = request.request.policy != nil && request.request.requestedAt != nil
        let from = request.request.requestedAt ?? request.acceptedAt
        (isPlanned ? sinceDetection : sinceRequest).observe(max(.zero, time - from))
    }

    /// Whether it was sent.
    private func posted(_ outcome: RemediationOutcome, since begun: ContinuousClock.Instant) -> Bool {
        switch outcome {
        case .submitted:
            seconds.observe(ContinuousClock.now - begun)
            return counted("submitted")
        case .refused: return counted("refused")
        case .notSent(let reason): return !counted(Self.word(reason.kind))
        case .mayHaveRun(let reason): return counted(Self.word(reason.kind))
        }
    }

    private func counted(_ outcome: String) -> Bool {
        posts.with(outcome).add()
        return true
    }

    private static func word(_ kind: NotSent.Kind) -> String { "not-sent-\(kind.rawValue)" }
    private static func word(_ kind: UncertainReason.Kind) -> String { "uncertain-\(kind.rawValue)" }
}

/// What a request waits for, and why one ends, as far as it is known beforehand.
extension ExecutorMetrics {
    static let knownHolds: [Reason] = [
        .approvalRequired, .halted, .controlUnknown, .machineOffline, .consoleUnavailable, .clockOff, .machineHourCap,
        .machinesHourCap, .hourCap, .protectedMachine, .protectedTarget, .targetElsewhere,
    ]

    private static let refusals: [Reason] = [
        .notJSON, .wrongSchema, .unknownVersion, .tooLarge, .noActions, .signatureMissing,
        .signatureInvalid, .keyUnknown, .signatureReplayable, .requesterNotAllowed, .actionNotAllowed, .mixedActions,
        .machineUnknown, .protectedMachine, .protectedTarget, .targetElsewhere, .tooManyActions,
        .tooManyActionsOnMachine, .machineHourCap, .machinesHourCap, .hourCap, .alreadyOpen, .refusedByConsole,
    ]

    private static let knownEnds: [(RequestState, Reason)] =
        refusals.map { (.refused, $0) } + [
            (.observed, .observeMode), (.observed, .dryRun), (.denied, .denied), (.denied, .approvalExpired),
            (.expired, .expired), (.succeeded, .seenByEffect), (.unknown, .givenUp), (.unknown, .cannotTell),
        ]
}

/// What stands open.
extension ExecutorMetrics {
    /// Shows the open requests of this instance by phase and by what they wait for, and the age of the oldest.
    ///
    /// Each instance shows those that it acts on, and the ledger has them all: summed (the counts) or the largest taken
    /// (the age) over the instances they are right, also after a restart.
    static func watch(_ ledger: LedgerLog, _ ownership: Ownership, _ metrics: Metrics) {
        let census = RequestCensus(ledger, ownership)
        let phases: [LedgerRequest.Phase] = [.accepted, .held, .intent, .notSent, .submitted, .uncertain, .parked]
        for phase in phases {
            metrics.reading(
                "remediation_open_requests", help: "Open requests of this instance, by where they stand.",
                labels: ["phase": phase.rawValue]
            ) { census.count.map { Double($0.phases[phase] ?? 0) } }
        }
        for reason in knownHolds {
            metrics.reading(
                "remediation_held_requests", help: "Waiting requests of this instance, by what they wait for.",
                labels: ["reason": reason.rawValue]
            ) { census.count.map { Double($0.holds[reason] ?? 0) } }
        }
        metrics.reading(
            "remediation_oldest_open_seconds", help: "The age of the oldest open request of this instance; 0: none."
        ) {
            census.count.map { count in count.oldest.map { max(0, (Timestamp.now() - $0) / .seconds(1)) } ?? 0 }
        }
    }
}
