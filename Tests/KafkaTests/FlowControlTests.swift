import Testing

@testable import Kafka

@Suite struct FlowControlTests {
    private let a = TopicPartition(topic: "t", partition: 0)
    private let b = TopicPartition(topic: "t", partition: 1)

    @Test("above the high mark all are paused, and only below the low mark resumed") func hysteresis() {
        var flow = FlowControl(limits: .init(maxInFlight: 100))
        var change: FlowControl.Change
        let open = [a: 0, b: 0]
        change = flow.update(buffered: 99, bytes: 0, spreads: open)
        #expect(change == .init())
        change = flow.update(buffered: 100, bytes: 0, spreads: open)
        #expect(change == .init(pause: [a, b]))
        change = flow.update(buffered: 51, bytes: 0, spreads: open)
        #expect(change == .init())
        change = flow.update(buffered: 50, bytes: 0, spreads: open)
        #expect(change == .init(resume: [a, b]))
        change = flow.update(buffered: 99, bytes: 0, spreads: open)
        #expect(change == .init())
    }

    @Test("bytes count like records") func bytes() {
        var flow = FlowControl(limits: .init(maxInFlight: 100, maxInFlightBytes: 1000))
        var change: FlowControl.Change
        change = flow.update(buffered: 1, bytes: 1000, spreads: [a: 0])
        #expect(change == .init(pause: [a]))
        change = flow.update(buffered: 1, bytes: 501, spreads: [a: 0])
        #expect(change == .init())
        change = flow.update(buffered: 0, bytes: 0, spreads: [a: 0])
        #expect(change == .init(resume: [a]))
    }

    @Test("a partition that runs too far ahead is paused alone") func spread() {
        var flow = FlowControl(limits: .init(maxSpread: 10))
        var change: FlowControl.Change
        change = flow.update(buffered: 0, bytes: 0, spreads: [a: 10, b: 9])
        #expect(change == .init(pause: [a]))
        change = flow.update(buffered: 0, bytes: 0, spreads: [a: 6, b: 9])
        #expect(change == .init())
        change = flow.update(buffered: 0, bytes: 0, spreads: [a: 4, b: 9])
        #expect(change == .init(resume: [a]))
    }

    @Test("after the assignment has gone nothing of it is resumed") func reset() {
        var flow = FlowControl(limits: .init(maxInFlight: 10))
        var change: FlowControl.Change
        change = flow.update(buffered: 10, bytes: 0, spreads: [a: 0])
        #expect(change == .init(pause: [a]))
        flow.reset()
        change = flow.update(buffered: 0, bytes: 0, spreads: [b: 0])
        #expect(change == .init())
    }

    @Test("one rebirth a minute is allowed") func rebirths() {
        var limit = RebirthLimit()
        let begin = ContinuousClock.now
        let times: [Duration] = [.zero, .seconds(61), .seconds(100), .seconds(130), .seconds(191)]
        #expect(times.map { limit.isAllowed(at: begin + $0) } == [true, true, false, false, true])
    }
}
