internal import Connections
internal import Cybereason
internal import Pipeline
internal import Runtime

/// The settings of the enricher.
struct EnricherConfiguration: ServiceConfiguration {
    var kafka: KafkaSettings
    var intelligence: ThreatIntelligenceConfiguration

    /// How long a detection waits for its last verdict before it is published without it.
    let patience: Duration

    /// For how long a detection that was published without a verdict is still completed.
    let completionWindow: Duration
    var limits: LookupLimits
    let terms: ReputationTerms

    /// Reputations that are kept in memory.
    let cacheEntries: Int

    /// Detections that may wait for threat intelligence at the same time; the others wait in Kafka.
    let maxInFlight: Int

    init(reading reader: inout ConfigurationReader) {
        kafka = KafkaSettings(reading: &reader, clientID: "enricher")
        intelligence = ThreatIntelligenceConfiguration(reading: &reader)
        patience = reader.duration(
            "ENRICHER_PATIENCE_MS", "How long a detection waits for its last verdict before it is published without it",
            in: .zero...(.seconds(86_400)), default: .seconds(600))
        completionWindow = reader.duration(
            "ENRICHER_COMPLETION_WINDOW_MS", "How long after its detection an incomplete one is still completed",
            in: .zero...(.seconds(90 * 86_400)), default: .seconds(7 * 86_400))
        maxInFlight = reader.int(
            "ENRICHER_MAX_IN_FLIGHT", "Detections that may wait for threat intelligence at the same time",
            in: 1...100_000, default: 1000)
        cacheEntries = reader.int(
            "ENRICHER_CACHE_ENTRIES", "Reputations that are kept in memory", in: 100...10_000_000, default: 200_000)
        limits = LookupLimits(reading: &reader)
        terms = ReputationTerms(reading: &reader)
        intelligence.settings.batchSize = limits.batchSize
        intelligence.settings.timeToLive = terms.bounds
    }
}

extension LookupLimits {
    fileprivate init(reading reader: inout ConfigurationReader) {
        batchSize = reader.int(
            "ENRICHER_BATCH_SIZE", "Indicators that one request to threat intelligence asks for at most",
            in: 1...1000, default: 100)
        batchWait = reader.duration(
            "ENRICHER_BATCH_WAIT_MS", "How long an indicator waits for others to be asked for with it",
            in: .zero...(.seconds(10)), default: .milliseconds(5))
    }
}

extension ReputationTerms {
    fileprivate init(reading reader: inout ConfigurationReader) {
        let shortest = reader.duration(
            "ENRICHER_TTL_MIN_MS", "How long an answer is kept at least, whatever it says itself",
            in: .milliseconds(1)...(.seconds(86_400)), default: .seconds(300))
        let longest = reader.duration(
            "ENRICHER_TTL_MAX_MS", "How long an answer is kept at most, whatever it says itself",
            in: .milliseconds(1)...(.seconds(7 * 86_400)), default: .seconds(86_400))
        let unknown = reader.duration(
            "ENRICHER_UNKNOWN_TTL_MS", "How long it is remembered at most that an indicator is unknown",
            in: .milliseconds(1)...(.seconds(86_400)), default: .seconds(900))
        if shortest > longest { reader.problem("ENRICHER_TTL_MIN_MS", "is more than ENRICHER_TTL_MAX_MS") }
        self.init(bounds: min(shortest, longest)...max(shortest, longest), unknown: unknown)
    }
}
