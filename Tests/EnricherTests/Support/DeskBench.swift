import Cybereason
import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport

@testable import Enricher

/// A desk over a source and a clock that a test moves, with what it shares and publishes.
struct DeskBench: Sendable {
    let clock = ManualClock()
    let source: FakeSource
    let shared = Collector<Reputation>()
    let sent = Collector<EnrichedDetection>()
    /// Why Kafka takes nothing any more.
    let refusals = Collector<KafkaError>()
    let log = LogCapture()
    let metrics = Metrics()
    let desk: ReputationDesk<ManualClock>
    let publications: Publications

    /// - Parameter whileSharing: What telling the other instances takes.
    init(
        _ source: FakeSource, bookCapacity: Int = 1 << 20, batchSize: Int = 100,
        whileSharing: @escaping @Sendable () async -> Void = {}
    ) {
        self.source = source
        let logger = Logger(label: "test", level: .debug, sink: log.sink)
        let enricherMetrics = EnricherMetrics(metrics, logger: logger)
        let backoff = Backoff(base: .seconds(1), limit: .seconds(60))
        desk = ReputationDesk(
            source: source, clock: clock, now: { [clock] in Sample.start + clock.now.offset },
            limits: LookupLimits(batchSize: batchSize, batchWait: .milliseconds(5), backoff: backoff),
            terms: ReputationTerms(), cacheEntries: 1000, metrics: enricherMetrics
        ) { [shared] in
            shared.append($0)
            await whileSharing()
        }
        publications = Publications(
            state: PublishedState(bookCapacity: bookCapacity), metrics: enricherMetrics, logger: logger
        ) { [sent, refusals] event, _ in
            if let refusal = refusals.items.last { throw refusal }
            sent.append(event)
        }
    }

    var now: @Sendable () -> Timestamp { { [clock] in Sample.start + clock.now.offset } }

    /// A point of the clock so many seconds from its beginning.
    func at(_ seconds: Int) -> ManualClock.Instant { .init(offset: .seconds(seconds)) }

    /// Moves the clock, in small steps so that what wakes up can fall asleep again, until something has happened.
    func advance(by step: Duration = .seconds(1), until what: String, _ hasHappened: () async -> Bool) async throws {
        try await eventually(what) {
            if await hasHappened() { return true }
            clock.advance(by: step)
            return false
        }
    }
}
