internal import Cybereason
internal import JSON
internal import Runtime
internal import Synchronization

/// Polls again and again while this instance holds the lease.
struct PollLoop<Time: Clock>: Component where Time.Duration == Duration {
    let name = "polls"
    let lease: Lease
    let poller: Poller
    let interval: Duration
    let clock: Time

    /// Reads what was published before; asked each time the lease is won, since another instance may have published.
    let catchUp: @Sendable () async throws -> Void
    let observation: PollObservation

    func run() async throws {
        var polling: Task<Void, Never>?
        for await isHeld in lease.changes {
            polling?.cancel()
            await polling?.value
            observation.active(isHeld)
            polling = isHeld ? Task { await pollUntilCancelled() } : nil
        }
        polling?.cancel()
        await polling?.value
    }

    func stop() async { lease.end() }

    private func pollUntilCancelled() async {
        var knowsPublished = false
        while !Task.isCancelled {
            do {
                if !knowsPublished {
                    try await catchUp()
                    knowsPublished = true
                }
                observation.ended(try await poller.poll())
            } catch is CancellationError {
                return
            } catch {
                guard !Task.isCancelled else { return }
                observation.failed(error)
            }
            try? await clock.sleep(for: interval)
        }
    }
}

/// Says how the polls go: to the log, the metrics and whoever asks whether the service is ready.
struct PollObservation: Sendable {
    private let logger: Logger
    private let console: ReadinessCondition
    private let polls: MetricFamily<Counter>
    private let published: Counter
    private let activity: Gauge
    private let lastWhole = WholePoll()

    init(_ context: ServiceContext) {
        logger = context.logger
        console = context.readiness.condition("console")
        let metrics = context.metrics
        polls = metrics.counters("polls_total", help: "Polls of the console by their outcome.", labels: ["outcome"])
        polls.prepare(["whole", "partial", "failed"])
        published = metrics.counter("detections_published_total", help: "Revisions of malops published.")
        activity = metrics.gauge("detector_active", help: "1 on the instance that polls.")
        metrics.reading(
            "last_whole_poll_timestamp_seconds", help: "When a poll of this instance was last answered in whole."
        ) { [lastWhole] in lastWhole.at }
    }

    /// A standby is ready as it is: it waits for its turn.
    func active(_ isActive: Bool) {
        activity.set(isActive)
        logger.info(isActive ? "this instance polls" : "this instance stands by")
        if !isActive { console.set(true) }
    }

    func ended(_ outcome: Poller.Outcome) {
        published.add(outcome.published)
        console.set(true)
        guard let reason = outcome.partial else {
            polls.with("whole").add()
            lastWhole.note()
            return
        }
        polls.with("partial").add()
        logger.warning("poll not whole", [.reason: .string(reason)])
    }

    func failed(_ error: any Error) {
        polls.with("failed").add()
        console.set(false, reason: "\(error)")
        logger.warning("poll failed", [.error: .string("\(error)")])
    }
}

/// When a poll was last answered in whole; nil before the first, and not some moment of 1970.
private final class WholePoll: Sendable {
    private let time = Mutex<Timestamp?>(nil)

    var at: Double? { time.withLock { $0 }.map { Double($0.milliseconds) / 1000 } }

    func note() { time.withLock { $0 = .now() } }
}
