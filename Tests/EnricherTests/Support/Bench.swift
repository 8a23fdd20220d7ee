import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport

@testable import Enricher

/// The whole enricher on a test's Kafka, over any source of reputations.
struct Bench {
    let deployment: Deployment
    let log = LogCapture()

    init(partitions: Int = 3) async throws { deployment = try await Deployment(partitions: partitions) }

    /// The settings as the environment would give them; the tests' own pauses are short.
    func configuration(_ more: [String: String] = [:]) throws -> EnricherConfiguration {
        let environment = ["KAFKA_BOOTSTRAP_SERVERS": deployment.settings.kafka.bootstrapServers]
        var reader = ConfigurationReader(environment: environment.merging(more) { $1 }, strictPrefixes: ["ENRICHER_"])
        var configuration = EnricherConfiguration(reading: &reader)
        try reader.finish()
        configuration.kafka = deployment.settings
        configuration.limits.backoff = Backoff(base: .milliseconds(20), limit: .milliseconds(50))
        return configuration
    }

    /// The components over a source.
    func enricher(
        _ source: any ReputationSource, _ settings: [String: String] = [:], context: ServiceContext? = nil
    ) throws -> [any Component] {
        try Enricher.components(
            try configuration(settings), context ?? deployment.context("enricher", log: log), source: source,
            clock: ContinuousClock())
    }

    func publish(_ detections: Detection...) async throws {
        for detection in detections {
            try await deployment.publisher.publish(detection, key: detection.malopId, to: Topics.detections)
        }
    }

    /// All that was published about a malop, in order.
    func enriched(_ malop: String) async throws -> [EnrichedDetection] {
        try await deployment.events(of: Topics.enrichedDetections).filter { $0.detection.malopId == malop }
    }

    /// Waits until something was published about a malop that is as it should be, and gives all.
    @discardableResult
    func enriched(
        _ malop: String, until isSo: (EnrichedDetection) -> Bool
    ) async throws -> [EnrichedDetection] {
        try await eventually("an enriched detection of \(malop)") {
            try await enriched(malop).contains(where: isSo)
        }
        return try await enriched(malop)
    }
}
