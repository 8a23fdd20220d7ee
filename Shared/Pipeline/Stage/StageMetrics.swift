internal import JSON
internal import Model
internal import Runtime

/// What a stage counts.
struct StageMetrics: Sendable {
    /// Tries that failed and are repeated.
    let retried: Counter
    private let handled: Counter
    private let seconds: Histogram
    private let age: Histogram

    /// Bounds in seconds for the way from an event's time to its outcome: 50 ms to an hour.
    private static let ages: [Double] = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]

    init(_ stage: String, _ metrics: Metrics) {
        let labels = ["stage": stage]
        handled = metrics.counter("records_handled_total", help: "Records whose outcome is known.", labels: labels)
        retried = metrics.counter("stage_retries_total", help: "Records tried again after a failure.", labels: labels)
        seconds = metrics.histogram(
            "stage_duration_seconds", help: "From a record's receipt to its outcome.", labels: labels)
        age = metrics.histogram(
            "stage_event_age_seconds", help: "From the event's own time to its outcome in this stage.",
            buckets: Self.ages, labels: labels)
    }

    /// A message's outcome is known.
    func handled(_ event: some Event, since started: ContinuousClock.Instant) {
        buried(since: started)
        // A request from outside need not say when it was made.
        guard event.eventTime.milliseconds > 0 else { return }
        let milliseconds = Timestamp.now().milliseconds - event.eventTime.milliseconds
        age.observe(Double(max(milliseconds, 0)) / 1000)
    }

    /// The record is with the dead letters, or handled.
    func buried(since started: ContinuousClock.Instant) {
        handled.add()
        seconds.observe(ContinuousClock.now - started)
    }
}
