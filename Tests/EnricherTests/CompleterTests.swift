import Cybereason
import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Enricher

@Suite("completing what was published without a verdict")
struct CompleterTests {
    static let trace = TraceContext(startingAt: "test")

    /// A completer over a topic that holds these events.
    static func completer(
        _ bench: DeskBench, topic: Collector<EnrichedDetection> = Collector(), capacity: Int = 1 << 20
    ) -> Completer<ManualClock> {
        Completer(
            desk: bench.desk, publications: bench.publications, clock: bench.clock, now: bench.now,
            window: .seconds(86_400), state: PublishedState(bookCapacity: capacity),
            logger: Logger(label: "test", level: .debug, sink: bench.log.sink)
        ) { _, each in
            for event in topic.items + bench.sent.items {
                let record = KafkaRecord(
                    topic: "t", partition: 0, offset: 0, timestamp: 0, key: nil, value: [], headers: [])
                await each(Received(event: event, record: record))
            }
        }
    }

    @Test("it asks until the rest is known, and publishes again")
    func completes() async throws {
        let bench = DeskBench(FakeSource(FakeSource.failure()))
        let completer = Self.completer(bench)
        let event = Sample.enriched(Sample.detection(at: Sample.start), offset: 1, complete: false)
        try await bench.publications.publish(event, trace: Self.trace)
        await completer.published("11.1")
        try await bench.advance(until: "it asks") { bench.source.requests.count > 2 }
        #expect(bench.sent.count == 1)
        bench.source.set(FakeSource.all("malware"))
        try await bench.advance(until: "it is published again") { bench.sent.count == 2 }
        #expect(bench.sent.items[1].complete)
        #expect(bench.sent.items[1].verdicts.map(\.verdict) == [.malicious])
        try await eventually("the book is empty") { await bench.publications.incompleteMalops.isEmpty }
    }

    @Test("what was found in the topic is completed; what was complete there is left alone")
    func takesOver() async throws {
        let bench = DeskBench(FakeSource())
        let topic = Collector<EnrichedDetection>()
        topic.append(Sample.enriched(Sample.detection("11.1", at: Sample.start), offset: 1, complete: false))
        topic.append(Sample.enriched(Sample.detection("11.2", at: Sample.start), offset: 2, complete: true))
        let completer = Self.completer(bench, topic: topic)
        await completer.assigned([0])
        try await bench.advance(by: .milliseconds(5), until: "it is published") { bench.sent.count == 1 }
        #expect(bench.sent.items.map(\.detection.malopId) == ["11.1"])
        await completer.release()
        #expect(await bench.publications.incompleteMalops.isEmpty)
    }

    @Test("when some more is known after a round, it is published at once, and the rest goes on")
    func partial() async throws {
        let bench = DeskBench(
            FakeSource { indicators in
                indicators.first?.type == .md5
                    ? FakeSource.all("malware")(indicators) : FakeSource.failure()(indicators)
            })
        let completer = Self.completer(bench)
        let detection = Sample.detection(domains: ["c2.example"], at: Sample.start)
        let event = Sample.enriched(detection, offset: 1, complete: false)
        try await bench.publications.publish(event, trace: Self.trace)
        await completer.published("11.1")
        try await bench.advance(by: .seconds(5), until: "the file's verdict is published") { bench.sent.count == 2 }
        #expect(bench.sent.items[1].verdicts.map(\.verdict) == [.notChecked, .malicious])
        bench.source.set(FakeSource.all("indifferent"))
        try await bench.advance(by: .seconds(5), until: "the rest is published") { bench.sent.count == 3 }
        #expect(bench.sent.items[2].verdicts.map(\.verdict) == [.indifferent, .malicious])
        #expect(bench.sent.items[2].complete)
    }

    @Test("one that Kafka does not take with what is known now stays as it is, and is not tried again")
    func tooLarge() async throws {
        let bench = DeskBench(FakeSource())
        let completer = Self.completer(bench)
        let event = Sample.enriched(Sample.detection(at: Sample.start), offset: 1, complete: false)
        try await bench.publications.publish(event, trace: Self.trace)
        bench.refusals.append(KafkaError(.messageTooLarge))
        await completer.published("11.1")
        try await bench.advance(by: .milliseconds(5), until: "it is given up") {
            bench.log.contains(message: "detection stays incomplete")
        }
        #expect(await bench.publications.incompleteMalops.isEmpty)
        #expect(bench.sent.count == 1)
        await completer.release()
    }

    @Test("a newer detection of the malop ends the older one's completion")
    func superseded() async throws {
        let bench = DeskBench(FakeSource(isOpen: false))
        let completer = Self.completer(bench)
        let old = Sample.enriched(Sample.detection(machine: "m1", at: Sample.start), offset: 1, complete: false)
        try await bench.publications.publish(old, trace: Self.trace)
        await completer.published("11.1")
        try await bench.advance(by: .milliseconds(5), until: "it asks") { bench.source.requests.count == 1 }
        let new = Sample.enriched(Sample.detection(machine: "m2", at: Sample.start), offset: 2, complete: true)
        try await bench.publications.publish(new, trace: Self.trace)
        await completer.published("11.1")
        bench.source.open()
        try await eventually("it was answered") { bench.shared.count == 1 }
        await completer.release()
        #expect(bench.sent.items == [old, new])
    }

    @Test("after its window a detection stays as incomplete as it is")
    func window() async throws {
        let bench = DeskBench(FakeSource(FakeSource.failure()))
        let completer = Self.completer(bench)
        let event = Sample.enriched(Sample.detection(at: Sample.start), offset: 1, complete: false)
        try await bench.publications.publish(event, trace: Self.trace)
        await completer.published("11.1")
        try await bench.advance(by: .seconds(600), until: "it is given up") {
            await bench.publications.incompleteMalops.isEmpty
        }
        #expect(bench.log.contains(message: "detection stays incomplete"))
        #expect(bench.sent.count == 1)
    }

    @Test("what had no room is read again from the topic, and completed")
    func reload() async throws {
        let events = (1...5).map {
            Sample.enriched(Sample.detection("11.\($0)", at: Sample.start), offset: Int64($0), complete: false)
        }
        let capacity = events[0].json().count * 2
        let bench = DeskBench(FakeSource(), bookCapacity: capacity)
        let topic = Collector<EnrichedDetection>()
        topic.append(events)
        let completer = Self.completer(bench, topic: topic, capacity: capacity)
        await completer.assigned([0])
        try await bench.advance(by: .milliseconds(5), until: "all are completed") { bench.sent.count == 5 }
        #expect(Set(bench.sent.items.map(\.detection.malopId)).count == 5)
        #expect(bench.sent.items.allSatisfy { $0.complete })
        await completer.release()
    }
}
