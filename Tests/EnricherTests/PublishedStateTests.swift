import JSON
import Model
import Testing

@testable import Enricher

@Suite("what was published")
struct PublishedStateTests {
    static let trace = TraceContext(startingAt: "test")
    static let old = Sample.detection(machine: "m1", at: Sample.start)
    static let new = Sample.detection(machine: "m2", at: Sample.start)

    static func state(_ events: EnrichedDetection..., capacity: Int = 1 << 20) -> PublishedState {
        var state = PublishedState(bookCapacity: capacity)
        for event in events { state.take(event, trace: trace) }
        return state
    }

    @Test("of two detections of a malop the one that stood later is the newer, whatever its clock said")
    func order() {
        let state = Self.state(Sample.enriched(Self.new, offset: 9, complete: true))
        #expect(state.index.judge(Sample.enriched(Self.old, offset: 8, complete: true)) == .older)
        #expect(state.index.judge(Sample.enriched(Self.old, offset: 9, complete: true)) == .current)
        #expect(state.index.judge(Sample.enriched(Self.old, offset: 10, complete: false)) == .current)
        #expect(state.index.isOlder(Sample.origin(8), malopID: "11.1"))
        #expect(!state.index.isOlder(Sample.origin(8), malopID: "11.2"))
    }

    @Test("offsets of another partition, or of a topic that was made anew, say nothing about order")
    func incomparable() {
        let state = Self.state(Sample.enriched(Self.new, offset: 9, complete: true))
        var event = Sample.enriched(Self.old, offset: 1, complete: true)
        event.source = Sample.origin(1, partition: 1)
        #expect(state.index.judge(event) == .current)
        event.source = Sample.origin(1, at: Sample.start + .seconds(1))
        #expect(state.index.judge(event) == .current)
        event.source = nil
        #expect(state.index.judge(event) == .current)
    }

    @Test("an incomplete one never takes the place of the same detection's complete one")
    func alreadyComplete() {
        let state = Self.state(Sample.enriched(Self.new, offset: 9, complete: true))
        #expect(state.index.judge(Sample.enriched(Self.new, offset: 9, complete: false)) == .alreadyComplete)
        #expect(state.index.judge(Sample.enriched(Self.new, offset: 12, complete: false)) == .alreadyComplete)
        #expect(state.index.judge(Sample.enriched(Self.new, offset: 12, complete: true)) == .current)
    }

    @Test("the topic, read in its order, tells what is still incomplete")
    func recall() {
        let state = Self.state(
            Sample.enriched(Self.old, offset: 1, complete: false),
            Sample.enriched(Sample.detection("11.2", at: Sample.start), offset: 2, complete: false),
            Sample.enriched(Self.new, offset: 3, complete: true),
            Sample.enriched(Self.old, offset: 1, complete: true),
            Sample.enriched(Sample.detection("11.3", at: Sample.start), offset: 4, complete: false))
        #expect(state.book.malops == ["11.2", "11.3"])
    }

    @Test("the newer revision of a malop takes the older one's place in the book")
    func superseded() {
        let state = Self.state(
            Sample.enriched(Self.old, offset: 1, complete: false),
            Sample.enriched(Self.new, offset: 2, complete: false))
        #expect(state.book["11.1"]?.event.detection == Self.new)
        #expect(state.book.count == 1)
    }

    @Test("the book has an end; what had no room is taken in from the topic when all else is done")
    func overflow() throws {
        let events = (1...3).map {
            Sample.enriched(Sample.detection("11.\($0)", at: Sample.start), offset: Int64($0), complete: false)
        }
        var state = Self.state(events[0], events[1], events[2], capacity: events[0].json().count * 2 + 10)
        #expect(state.book.malops == ["11.1", "11.2"])
        #expect(state.book.hasOverflowed)
        #expect(!state.book.needsReload)
        state.book.remove("11.1")
        state.book.remove("11.2")
        #expect(state.book.needsReload)
        state.merge(Self.state(events[2]))
        #expect(state.book.malops == ["11.3"])
        #expect(!state.book.hasOverflowed)
    }

    @Test("what is read again changes nothing that is newer here")
    func merge() {
        var state = Self.state(Sample.enriched(Self.new, offset: 9, complete: true))
        state.merge(Self.state(Sample.enriched(Self.old, offset: 8, complete: false)))
        #expect(state.book.count == 0)
        state.merge(Self.state(Sample.enriched(Self.new, offset: 9, complete: false)))
        #expect(state.book.count == 0)
    }

    @Test("the index forgets the malops that were published longest ago")
    func capacity() {
        var index = PublishedIndex(capacity: 4)
        for number in 1...9 {
            index.note(
                Sample.enriched(Sample.detection("11.\(number)", at: Sample.start), offset: 50, complete: true))
        }
        #expect(index.isOlder(Sample.origin(1), malopID: "11.9"))
        #expect(!index.isOlder(Sample.origin(1), malopID: "11.1"))
    }
}
