internal import Cybereason
internal import JSON
internal import Model
internal import Runtime
internal import Synchronization

/// Says how the tracking goes: to the log, the metrics and whoever asks whether the service is ready.
final class TrackingObservation: Sendable {
    let logger: Logger
    private let queries: ReadinessCondition
    private let results: ReadinessCondition
    private let polls: MetricFamily<Counter>
    private let ends: MetricFamily<Counter>
    private let aborts: MetricFamily<Counter>
    private let written: Counter
    private let contradictions: Counter
    private let verifications: MetricFamily<Counter>
    private let amendments: Counter
    private let tracked: Gauge
    private let submitToEnd: Histogram
    private let oldest = Mutex<Timestamp?>(nil)

    init(_ context: ServiceContext) {
        logger = context.logger
        queries = context.readiness.condition("console-queries")
        results = context.readiness.condition("results")
        let metrics = context.metrics
        polls = metrics.counters(
            "progress_polls_total", help: "Times that the console was asked for a remediation, by what came of it.",
            labels: ["outcome"])
        polls.prepare(["answered", "unknown", "unavailable", "timeout"])
        ends = metrics.counters(
            "requests_ended_total", help: "Requests whose end was published, by their state.", labels: ["state"])
        ends.prepare(RequestState.allCases.filter(\.isEnd).map(\.rawValue))
        aborts = metrics.counters(
            "deadline_aborts_total", help: "Aborts asked for at the deadline or after it, by what came of them.",
            labels: ["outcome"])
        aborts.prepare(["accepted", "refused", "unanswered", "not-sent"])
        written = metrics.counter("results_written_total", help: "Results published.")
        contradictions = metrics.counter(
            "results_contradicting_total", help: "Ends in the topic that the ledger does not have.")
        verifications = metrics.counters(
            "verifications_total", help: "Ends held against a new query, by what it showed.", labels: ["outcome"])
        verifications.prepare(Verification.allCases.filter { $0 != .pending }.map(\.rawValue))
        amendments = metrics.counter(
            "results_amended_total", help: "Ends after which the console reported more.")
        tracked = metrics.gauge("tracked_requests", help: "Remediations that this instance follows.")
        submitToEnd = metrics.histogram(
            "submit_to_end_seconds", help: "From the submission of a remediation to its end.",
            buckets: Histogram.longSeconds)
        metrics.reading(
            "oldest_tracked_age_seconds", help: "Since the oldest remediation that this instance follows was submitted."
        ) { [self] in
            oldest.withLock { $0 }.map { max(0, (Timestamp.now() - $0) / .seconds(1)) } ?? 0
        }
        queries.set(true)
    }

    // MARK: - Following

    /// - Parameters:
    ///   - verifying: How many ends are being verified.
    ///   - isSettled: Whether these are all that there is to follow, not only all that is known so far.
    func follows(_ requests: some Collection<TrackedRequest>, verifying: Int, isSettled: Bool) {
        tracked.set(requests.count)
        let first = requests.map(\.since).min()
        oldest.withLock { $0 = first }
        // Whoever asks the console nothing cannot say that it is away.
        if verifying == 0, isSettled { queries.set(true) }
    }

    /// The partitions are given back, or new ones are to be replayed first.
    func released() {
        tracked.set(0)
        oldest.withLock { $0 = nil }
        results.set(false, reason: "what the partitions hold is not known yet")
    }

    func replayed(_ partitions: Int, requests: Int) {
        results.set(true)
        logger.info("results replayed", ["partitions": .int(partitions), "requests.tracked": .int(requests)])
    }

    func replayFailed(_ error: any Error) {
        results.set(false, reason: "\(error)")
        logger.warning("results cannot be replayed yet", [.error: .string("\(error)")])
    }

    func began(_ request: TrackedRequest) {
        logger.info("remediation is followed", Self.ids(request))
    }

    // MARK: - The console's answers

    func answered(_ request: TrackedRequest, known: Bool) {
        polls.with(known ? "answered" : "unknown").add()
        if !known { logger.info("the console does not know the remediation", Self.ids(request)) }
    }

    func failed(_ request: TrackedRequest, _ error: ConsoleError) {
        polls.with(error.kind.rawValue).add()
        guard error.kind != .cancelled else { return }
        logger.warning("progress cannot be read", Self.ids(request).merging([.error: .string(error.description)]))
    }

    func found(strays: [StatusLogEntry], in request: TrackedRequest) {
        let words = strays.prefix(5).map {
            "\($0.actionType?.rawValue ?? "?") of \($0.targetID ?? "?") on \($0.machineID ?? "?"): \($0.status)"
        }
        logger.warning(
            "the console reports on actions that nobody asked for",
            Self.ids(request).merging([.count: .int(strays.count), "actions": .strings(words)]))
    }

    func aborted(_ request: TrackedRequest, _ outcome: RemediationOutcome) {
        logger.warning("deadline passed, abort asked for", Self.ids(request).merging(count(outcome)))
    }

    func abortedLate(_ request: EndedRequest, _ outcome: RemediationOutcome) {
        logger.warning(
            "still pending after the deadline, abort asked for", Self.ids(request).merging(count(outcome)))
    }

    /// Counts an abort and says what came of it.
    private func count(_ outcome: RemediationOutcome) -> LogMetadata {
        let (word, detail) =
            switch outcome {
            case .submitted: ("accepted", "")
            case .refused(let refusal): ("refused", refusal.words)
            case .mayHaveRun(let reason): ("unanswered", reason.detail)
            case .notSent(let reason): ("not-sent", reason.detail)
            }
        aborts.with(word).add()
        return ["abort": .string(word), .reason: .string(detail)]
    }

    // MARK: - After the end

    func looked(_ evidence: Evidence) {
        guard let error = evidence.failure else { return queries.set(true) }
        guard error.kind != .cancelled else { return }
        if error.isAboutTheQuestion {
            // The console is there, and other ends can be verified.
            if error.kind == .rejected { queries.set(true) }
            return logger.info("an element cannot be asked for", [.error: .string(error.description)])
        }
        queries.set(false, reason: error.description)
        logger.warning("ends cannot be verified yet", [.error: .string(error.description)])
    }

    func verified(_ request: EndedRequest) {
        let words = request.withoutReceipt
        if !words.isEmpty {
            logger.warning(
                "quarantines cannot be undone by us: their copies were not certainly found",
                Self.ids(request).merging(["copies": .strings(words)]))
        }
        verifications.with(request.verification.rawValue).add()
        var metadata = Self.ids(request)
        metadata["verification"] = .string(request.verification.rawValue)
        guard request.verification == .contradicted else { return logger.info("end verified", metadata) }
        metadata["amended"] = .string(request.amended ?? "")
        logger.warning("the console's report of an end is not so", metadata)
    }

    func reportedLate(_ request: EndedRequest) {
        amendments.add()
        var metadata = Self.ids(request)
        metadata["amended"] = .string(request.amended ?? "")
        logger.info("the console reported more after the end", metadata)
    }

    func latePollFailed(_ request: EndedRequest, _ error: ConsoleError) {
        guard error.kind != .cancelled else { return }
        logger.info("progress after the end cannot be read", Self.ids(request).merging([.error: .string("\(error)")]))
    }

    // MARK: - Ends and results

    func ended(_ request: TrackedRequest, _ end: RequestEnd, _ judgement: Ledger.Judgement) {
        var metadata = Self.ids(request)
        metadata[.state] = .string(end.state.rawValue)
        metadata[.reason] = .string(end.reason.rawValue)
        guard case .void(let reason, _) = judgement else { return logger.info("remediation ended", metadata) }
        metadata["void"] = .string(reason.rawValue)
        logger.info("end does not count where it stands in the ledger", metadata)
    }

    func endNotWritten(_ request: TrackedRequest, _ error: any Error) {
        logger.error(
            "end cannot be written to the ledger", Self.ids(request).merging([.error: .string("\(error)")]))
    }

    /// - Parameter isFirstEnd: Whether no end of the request was published before.
    func wrote(_ result: RemediationResult, isFirstEnd: Bool) {
        written.add()
        logger.debug("result published", Self.ids(result))
        guard isFirstEnd else { return }
        ends.with(result.state.rawValue).add()
        if let submitted = result.submittedAt, let ended = result.endedAt {
            submitToEnd.observe(max(.zero, ended - submitted))
        }
        logger.info("request ended", Self.ids(result))
    }

    /// They are tried again; or this process ends, and who has their partitions next writes them.
    func notWritten(_ count: Int, _ error: any Error) {
        logger.error("results cannot be written", [.count: .int(count), .error: .string("\(error)")])
    }

    func refused(_ result: RemediationResult, _ error: any Error) {
        logger.error(
            "result cannot be published", Self.ids(result).merging([.error: .string("\(error)")]))
    }

    func contradicted(_ id: String, written: RequestState, ledger: RequestState) {
        contradictions.add()
        logger.error(
            "a result contradicts the ledger",
            [
                .requestID: .string(id), "state.written": .string(written.rawValue),
                "state.ledger": .string(ledger.rawValue),
            ])
    }

    private static func ids(_ request: TrackedRequest) -> LogMetadata {
        [
            .requestID: .string(request.id), .malopID: .string(request.remediation.malopId ?? ""),
            .remediationID: .string(request.remediation.id),
        ]
    }

    private static func ids(_ request: EndedRequest) -> LogMetadata {
        [
            .requestID: .string(request.id), .malopID: .string(request.remediation?.malopId ?? ""),
            .remediationID: .string(request.remediation?.id ?? ""), .state: .string(request.state.rawValue),
        ]
    }

    private static func ids(_ result: RemediationResult) -> LogMetadata {
        [
            .requestID: .string(result.requestId), .malopID: .string(result.malopId ?? ""),
            .remediationID: .string(result.remediationId ?? ""), .state: .string(result.state.rawValue),
            .reason: .string(result.reason?.rawValue ?? ""), "result.version": .int(result.version),
        ]
    }
}
