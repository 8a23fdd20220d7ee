internal import Cybereason
internal import JSON
internal import Model
internal import Runtime

/// What the enricher counts, and what it says when threat intelligence goes away or comes back.
struct EnricherMetrics: Sendable {
    private let logger: Logger
    private let lookups: MetricFamily<Counter>
    private let failures: MetricFamily<Gauge>
    private let hits: Counter
    private let misses: Counter
    private let entries: Gauge
    private let verdicts: MetricFamily<Counter>
    private let published: MetricFamily<Counter>
    private let incomplete: Gauge
    private let seconds: Histogram

    init(_ metrics: Metrics, logger: Logger) {
        self.logger = logger
        lookups = metrics.counters(
            "reputation_lookups_total", help: "Indicators that threat intelligence was asked for, by what came of it.",
            labels: ["endpoint", "outcome"])
        let endpoints = LookupEndpoint.allCases.map(\.rawValue)
        lookups.prepare(endpoints.flatMap { endpoint in Self.outcomes.map { [endpoint, $0] } })
        failures = metrics.gauges(
            "reputation_endpoint_failing", help: "1 while the last answer of an endpoint was none.",
            labels: ["endpoint"])
        failures.prepare(endpoints)
        let cached = metrics.counters(
            "reputation_cache_total", help: "Indicators of detections by whether they were known.", labels: ["result"])
        hits = cached.with("hit")
        misses = cached.with("miss")
        entries = metrics.gauge("reputation_cache_entries", help: "Reputations in memory.")
        verdicts = metrics.counters("verdicts_total", help: "Verdicts published.", labels: ["verdict"])
        verdicts.prepare(Verdict.allCases.map(\.rawValue))
        published = metrics.counters(
            "detections_enriched_total", help: "Enriched detections published.", labels: ["complete"])
        published.prepare(["true", "false"])
        incomplete = metrics.gauge(
            "incomplete_detections", help: "Published detections that still wait for a verdict.")
        seconds = metrics.histogram(
            "detection_enriched_seconds", help: "From a detection to its complete enrichment.",
            buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600, 1800, 3600, 21_600, 86_400])
    }

    /// What comes of most lookups; an error that is none of these has its own kind.
    private static let outcomes =
        ["classified", "unanswered"] + [ConsoleError.Kind.unavailable, .timeout, .throttled].map(\.rawValue)

    func lookedUp(hits: Int, misses: Int) {
        self.hits.add(hits)
        self.misses.add(misses)
    }

    func cached(_ count: Int) { entries.set(count) }

    func incomplete(_ count: Int) { incomplete.set(count) }

    /// Counts a batch, and says so once when an endpoint stops answering and once when it answers again.
    func answered(_ endpoint: LookupEndpoint, _ batch: [Indicator], _ results: [Indicator: ClassificationResult]) {
        var failure: ConsoleError?
        for indicator in batch {
            let outcome: String
            switch results[indicator] ?? .noAnswer {
            case .classified: outcome = "classified"
            case .noAnswer: outcome = "unanswered"
            case .failed(let error):
                outcome = error.kind.rawValue
                failure = error
            }
            lookups.with(endpoint.rawValue, outcome).add()
        }
        let gauge = failures.with(endpoint.rawValue)
        let wasFailing = gauge.value > 0
        gauge.set(failure != nil)
        if let failure, !wasFailing {
            logger.warning(
                "threat intelligence does not answer",
                [
                    "endpoint": .string(endpoint.rawValue), .count: .int(batch.count),
                    .error: .string(failure.description),
                ])
        } else if failure == nil, wasFailing {
            logger.info("threat intelligence answers again", ["endpoint": .string(endpoint.rawValue)])
        }
    }

    /// Counts what was published, and says it.
    func published(_ event: EnrichedDetection) {
        for verdict in event.verdicts { verdicts.with(verdict.verdict.rawValue).add() }
        published.with(event.complete ? "true" : "false").add()
        if event.complete { seconds.observe(event.enrichedAt - event.detection.detectedAt) }
        let open = event.verdicts.filter { $0.verdict == .notChecked }
        let worst = event.verdicts.map(\.verdict).max { $0.severity < $1.severity }
        var context: LogMetadata = [
            .malopID: .string(event.detection.malopId), "detection.id": .string(event.detection.detectionId),
            .eventID: .string(event.eventID), "complete": .bool(event.complete),
            "verdict": .string(worst?.rawValue ?? "none"), "indicators": .int(event.verdicts.count),
            "not.checked": .int(open.count), .reason: .string(open.first?.notCheckedBecause ?? ""),
        ]
        context["incomplete"] = event.detection.incomplete.map { .string($0) }
        logger.info("detection enriched", context)
    }
}
