import Cybereason
import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Enricher

@Suite("the enricher on Kafka", .kafka)
struct ServiceTests {
    @Test("a detection is published with a verdict for each indicator")
    func publishes() async throws {
        let bench = try await Bench()
        let source = FakeSource { indicators in
            let words = [IndicatorType.md5: "ransomware", .domain: "indifferent", .ipv4: "unknown"]
            let answers = indicators.map {
                ($0, ClassificationResult.classified(.init(type: words[$0.type] ?? "suspicious")))
            }
            return Dictionary(uniqueKeysWithValues: answers)
        }
        try await running(try bench.enricher(source)) {
            var detection = Sample.detection(domains: ["c2.example"])
            detection.addresses = ["203.0.113.9", "2001:DB8::9"]
            try await bench.publish(detection)
            let event = try #require(try await bench.enriched("11.1") { $0.complete }.last)
            #expect(event.verdicts.map(\.indicator) == detection.indicators)
            #expect(event.verdicts.map(\.verdict) == [.indifferent, .unknown, .suspicious, .malicious])
            #expect(event.detection == detection)
            #expect(event.source?.topic == bench.deployment.connection.name(of: Topics.detections))
        }
    }

    @Test("what was learnt survives a restart through the topic of reputations, and is not asked for again")
    func cacheSurvives() async throws {
        let bench = try await Bench()
        let first = FakeSource()
        try await running(try bench.enricher(first)) {
            try await bench.publish(Sample.detection("11.1"))
            try await bench.enriched("11.1") { $0.complete }
        }
        #expect(try await bench.deployment.events(of: Topics.reputations).map(\.indicator) == [Sample.file("a")])
        let second = FakeSource(FakeSource.failure())
        try await running(try bench.enricher(second)) {
            try await bench.publish(Sample.detection("11.2"))
            let event = try await bench.enriched("11.2") { $0.complete }.last
            #expect(event?.verdicts.map(\.verdict) == [.malicious])
        }
        #expect(first.requests.count == 1)
        #expect(second.requests.isEmpty)
    }

    @Test("without threat intelligence a detection is published incomplete, and completed under the same key")
    func completes() async throws {
        let bench = try await Bench()
        let source = FakeSource(FakeSource.failure())
        try await running(try bench.enricher(source, ["ENRICHER_PATIENCE_MS": "200"])) {
            try await bench.publish(Sample.detection())
            let incomplete = try #require(try await bench.enriched("11.1") { !$0.complete }.last)
            #expect(incomplete.verdicts.map(\.verdict) == [.notChecked])
            #expect(incomplete.verdicts[0].notCheckedBecause?.contains("HTTP 503") == true)
            source.set(FakeSource.all("malware"))
            let events = try await bench.enriched("11.1") { $0.complete }
            #expect(events.map(\.complete) == [false, true])
            #expect(events[0].eventID != events[1].eventID)
        }
        let records = try await bench.deployment.received(of: Topics.enrichedDetections)
        #expect(records.map(\.record.keyText) == ["11.1", "11.1"])
        #expect(try await bench.deployment.events(of: Topics.deadLetters).isEmpty)
    }

    @Test("an incomplete detection is completed after a restart, which finds it in the service's own topic")
    func completesAfterRestart() async throws {
        let bench = try await Bench()
        let settings = ["ENRICHER_PATIENCE_MS": "200"]
        try await running(try bench.enricher(FakeSource(FakeSource.failure()), settings)) {
            try await bench.publish(Sample.detection())
            try await bench.enriched("11.1") { !$0.complete }
        }
        try await running(try bench.enricher(FakeSource(), settings)) {
            let events = try await bench.enriched("11.1") { $0.complete }
            #expect(events.map(\.complete) == [false, true])
        }
    }

    @Test("a detection that is delivered again makes the same event")
    func redelivery() async throws {
        let bench = try await Bench(partitions: 1)
        let detection = Sample.detection()
        try await running(try bench.enricher(FakeSource())) {
            try await bench.publish(detection, detection)
            try await eventually("both are published") { try await bench.enriched("11.1").count == 2 }
        }
        #expect(Set(try await bench.enriched("11.1").map(\.eventID)).count == 1)
    }

    @Test(
        "an older revision that is delivered again never follows the newer one, be indicators asked for at once or later",
        arguments: ["0", "5"])
    func older(batchWait: String) async throws {
        let bench = try await Bench(partitions: 1)
        let (old, new) = (Sample.detection(machine: "m1"), Sample.detection(machine: "m2"))
        try await bench.publish(old, new, Sample.detection("11.2"))
        let newest = try #require(try await bench.deployment.received(of: Topics.detections).dropFirst().first)
        var event = Sample.enriched(new, offset: 0, complete: true)
        event.source = newest.source
        try await bench.deployment.publisher.publish(event, key: "11.1", to: Topics.enrichedDetections)
        try await running(try bench.enricher(FakeSource(), ["ENRICHER_BATCH_WAIT_MS": batchWait])) {
            try await bench.enriched("11.2") { $0.complete }
            try await eventually("the newer is published again") { try await bench.enriched("11.1").count == 2 }
        }
        let published = try await bench.enriched("11.1")
        #expect(published.map(\.detection.detectionId) == [new.detectionId, new.detectionId])
        #expect(bench.log.contains(message: "detection enriched"))
    }

    @Test("a detection that is too large whatever is left out is a dead letter that says so; the next one is enriched")
    func tooLarge() async throws {
        let bench = try await Bench(partitions: 1)
        var large = Sample.detection("11.1")
        large.malopName = String(repeating: "n", count: 12_000)
        var configuration = try bench.configuration()
        let kafka = configuration.kafka
        configuration.kafka = KafkaSettings(
            kafka: try KafkaConfiguration(
                bootstrapServers: kafka.kafka.bootstrapServers, clientID: "test",
                settings: kafka.kafka.settings.merging(["message.max.bytes": "10000"]) { $1 }),
            prefix: kafka.prefix, checksTopics: kafka.checksTopics)
        let enricher = try Enricher.components(
            configuration, bench.deployment.context("enricher", log: bench.log), source: FakeSource(),
            clock: ContinuousClock())
        try await running(enricher) {
            try await bench.publish(large, Sample.detection("11.2"))
            try await bench.enriched("11.2") { $0.complete }
            try await eventually("it is a dead letter") {
                try await bench.deployment.events(of: Topics.deadLetters).map(\.reason) == [.tooLarge]
            }
        }
        #expect(try await bench.enriched("11.1").isEmpty)
    }
}
