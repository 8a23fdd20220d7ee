import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Enricher

@Suite("a detection that is too large with its verdicts")
struct LargeDetectionTests {
    static let trace = TraceContext(startingAt: "test")
    let sent = Collector<EnrichedDetection>()

    /// Publications over a Kafka that takes what `fits`.
    func makePublications(_ fits: @escaping @Sendable (EnrichedDetection) -> Bool) -> Publications {
        let logger = Logger(label: "test", level: .error)
        return Publications(metrics: EnricherMetrics(Metrics(), logger: logger), logger: logger) { [sent] event, _ in
            guard fits(event) else { throw KafkaError(.messageTooLarge) }
            sent.append(event)
        }
    }

    @Test("goes out with the verdicts on what remains of it, and says what is missing")
    func shrinks() async throws {
        var detection = Sample.detection(files: ["a", "b", "c", "d"], domains: ["c2.example"])
        for index in detection.suspects.indices { detection.suspects[index].commandLine = "file.exe /quiet" }
        detection.suspects[2].decisionStatus = "DDS_FAILED_TO_PREVENT"
        detection.identify()
        let publications = makePublications { $0.detection.suspects.count <= 2 }
        let event = Sample.enriched(detection, offset: 1, complete: true)
        try await publications.publish(event, trace: Self.trace)
        let published = try #require(sent.items.first)
        #expect(published.detection.suspects.map(\.md5) == [Sample.md5("c"), Sample.md5("a")])
        #expect(
            published.verdicts == event.verdicts.filter { [Sample.file("a"), Sample.file("c")].contains($0.indicator) })
        #expect(published.verdicts.map(\.verdict) == [.malicious, .malicious])
        #expect(published.complete)
        #expect(
            published.detection.incomplete
                == ["command lines", "domains and addresses", "suspects"]
                .map { "\($0) left out for their size" }.joined(separator: "; "))
        #expect(published.detection.detectionId == detection.detectionId)
        #expect(published.source == event.source)
    }

    @Test("and waits for verdicts is completed as it was published")
    func completes() async throws {
        var detection = Sample.detection(domains: ["c2.example"])
        detection.suspects[0].commandLine = "file.exe /quiet"
        let publications = makePublications { $0.detection.domains.isEmpty }
        let event = Sample.enriched(detection, offset: 1, complete: false)
        try await publications.publish(event, trace: Self.trace)
        let entry = try #require(await publications.incomplete("11.1"))
        #expect([entry.event] == sent.items)
        #expect(entry.event.unchecked == [Sample.file("a")])
    }

    @Test("is complete if all that was not checked is left out")
    func nothingOpen() async throws {
        let detection = Sample.detection(domains: ["c2.example"])
        let publications = makePublications { $0.detection.domains.isEmpty }
        let known = LookupOutcome.known(Sample.reputation(Sample.file("a")))
        let event = EnrichedDetection(
            detection, [Sample.file("a"): known], source: Sample.origin(1), at: Sample.start)
        #expect(!event.complete)
        try await publications.publish(event, trace: Self.trace)
        #expect(sent.items.map(\.complete) == [true])
        #expect(await publications.incompleteMalops.isEmpty)
    }

    @Test("whatever is left out of it is refused in Kafka's words")
    func neverFits() async throws {
        let publications = makePublications { _ in false }
        let error = await #expect(throws: KafkaError.self) {
            let event = Sample.enriched(Sample.detection(), offset: 1, complete: true)
            try await publications.publish(event, trace: Self.trace)
        }
        #expect(error?.code == .messageTooLarge)
        #expect(await publications.incompleteMalops.isEmpty)
    }

    @Test("reaches the topic, and none of it the dead letters", .kafka)
    func onKafka() async throws {
        let bench = try await Bench()
        var detection = Sample.detection(domains: (1...2000).map { "host-\($0).c2.example" })
        // Kafka takes 2097152 bytes: the detection fits, and with 2000 verdicts it does not.
        detection.suspects[0].commandLine = String(repeating: "x", count: 1_950_000)
        try await running(try bench.enricher(FakeSource())) {
            try await bench.publish(detection)
            let event = try #require(try await bench.enriched("11.1") { $0.complete }.last)
            #expect(event.verdicts.count == 2001)
            #expect(event.verdict(on: event.detection.suspects[0]) == .malicious)
            #expect(event.detection.incomplete == "command lines left out for their size")
        }
        #expect(try await bench.deployment.events(of: Topics.deadLetters).isEmpty)
    }
}
