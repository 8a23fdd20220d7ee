import JSON
import Model
import Runtime
import TestSupport
import Testing

@testable import Enricher

@Suite("the order of publications")
struct PublicationsTests {
    static let trace = TraceContext(startingAt: "test")
    static let old = Sample.detection(machine: "m1", at: Sample.start)
    static let new = Sample.detection(machine: "m2", at: Sample.start)

    @Test("an older revision that is completed after the newer one was published is dropped")
    func older() async throws {
        let bench = DeskBench(FakeSource())
        let incomplete = Sample.enriched(Self.old, offset: 1, complete: false)
        try await bench.publications.publish(incomplete, trace: Self.trace)
        #expect(await bench.publications.incompleteMalops == ["11.1"])
        try await bench.publications.publish(Sample.enriched(Self.new, offset: 2, complete: true), trace: Self.trace)
        #expect(await bench.publications.incompleteMalops == [])
        try await bench.publications.publish(Sample.enriched(Self.old, offset: 1, complete: true), trace: Self.trace)
        #expect(bench.sent.items.map(\.detection) == [Self.old, Self.new])
    }

    @Test("about one malop one is sent after the other; about others meanwhile")
    func oneByOne() async throws {
        let gates = (first: FakeSource(isOpen: false), second: FakeSource(isOpen: false))
        let sent = Collector<Int64>()
        let logger = Logger(label: "test", level: .error)
        let publications = Publications(metrics: EnricherMetrics(Metrics(), logger: logger), logger: logger) {
            event, _ in
            sent.append(event.source?.offset ?? 0)
            if event.source?.offset == 1 { _ = await gates.first.classify([]) }
        }
        let publish: @Sendable (Detection, Int64) -> Task<Void, any Error> = { detection, offset in
            Task {
                let event = Sample.enriched(detection, offset: offset, complete: true)
                try await publications.publish(event, trace: Self.trace)
            }
        }
        let first = publish(Self.old, 1)
        try await eventually("the first is on its way") { sent.items == [1] }
        let second = publish(Self.new, 2)
        try await publish(Sample.detection("11.2", at: Sample.start), 3).value
        #expect(sent.items == [1, 3])
        gates.first.open()
        try await first.value
        try await second.value
        #expect(sent.items == [1, 3, 2])
    }

    @Test("what could not be sent counts as not published")
    func failure() async throws {
        struct Away: Error {}
        let attempts = Collector<Bool>()
        let logger = Logger(label: "test", level: .error)
        let publications = Publications(metrics: EnricherMetrics(Metrics(), logger: logger), logger: logger) { _, _ in
            attempts.append(true)
            if attempts.count == 1 { throw Away() }
        }
        let event = Sample.enriched(Self.new, offset: 2, complete: true)
        await #expect(throws: Away.self) { try await publications.publish(event, trace: Self.trace) }
        #expect(await !publications.isOlder(Sample.origin(1), malopID: "11.1"))
        try await publications.publish(event, trace: Self.trace)
        #expect(await publications.isOlder(Sample.origin(1), malopID: "11.1"))
    }
}
