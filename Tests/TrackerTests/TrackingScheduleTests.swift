internal import TestSupport
internal import Testing

@testable import Tracker

@Suite("When the console is asked")
struct TrackingScheduleTests {
    private let clock = ManualClock()

    private func schedule(jitter: Double = 0) -> TrackingSchedule<ManualClock.Instant> {
        TrackingSchedule(.init(shortest: .seconds(1), longest: .seconds(30), jitter: jitter))
    }

    private func asked(
        _ schedule: inout TrackingSchedule<ManualClock.Instant>, _ id: String, changed: Bool,
        notBefore: Duration? = nil
    ) {
        var generator = SystemRandomNumberGenerator()
        schedule.asked(id, changed: changed, notBefore: notBefore, now: clock.now, using: &generator)
    }

    @Test("at once, then ever more seldom while nothing changes, and often again when something does")
    func adaptive() {
        var schedule = schedule()
        schedule.add("r", now: clock.now)
        var waits: [Duration] = []
        for changed in Array(repeating: false, count: 12) + [true, false] {
            #expect(schedule.takeDue(now: clock.now, atMost: 1) == ["r"])
            asked(&schedule, "r", changed: changed)
            let wait = clock.now.duration(to: schedule.nextDue ?? clock.now)
            waits.append(wait)
            clock.advance(by: wait)
        }
        #expect(waits[0] == .milliseconds(1500))
        #expect(zip(waits, waits.dropFirst(1)).prefix(10).allSatisfy { $0 <= $1 })
        #expect(waits[11] == .seconds(30), "the longest interval is a limit")
        #expect(waits[12] == .seconds(1))
        #expect(waits[13] == .milliseconds(1500))
    }

    @Test("nothing is asked for twice at the same time, nor before it is due")
    func once() {
        var schedule = schedule()
        schedule.add("r", now: clock.now)
        #expect(schedule.takeDue(now: clock.now, atMost: 5) == ["r"])
        #expect(schedule.takeDue(now: clock.now, atMost: 5) == [])
        #expect(schedule.nextDue == nil)
        asked(&schedule, "r", changed: true)
        #expect(schedule.takeDue(now: clock.now, atMost: 5) == [])
        clock.advance(by: .seconds(1))
        #expect(schedule.takeDue(now: clock.now, atMost: 5) == ["r"])
    }

    @Test("at most so many at a time, whoever waits longest first")
    func bounded() {
        var schedule = schedule()
        for id in ["c", "a", "b"] {
            schedule.add(id, now: clock.now)
            clock.advance(by: .seconds(1))
        }
        #expect(schedule.takeDue(now: clock.now, atMost: 2) == ["c", "a"])
        #expect(schedule.takeDue(now: clock.now, atMost: 0) == [])
        #expect(schedule.takeDue(now: clock.now, atMost: -1) == [])
        #expect(schedule.takeDue(now: clock.now, atMost: 2) == ["b"])
    }

    @Test("a pause that the console asks for is kept")
    func pause() {
        var schedule = schedule()
        schedule.add("r", now: clock.now)
        _ = schedule.takeDue(now: clock.now, atMost: 1)
        asked(&schedule, "r", changed: false, notBefore: .seconds(90))
        #expect(schedule.nextDue == clock.now.advanced(by: .seconds(90)))
    }

    @Test("many do not come at the same time, and none later than its interval")
    func jitter() {
        var schedule = schedule(jitter: 0.5)
        for id in 0..<200 { schedule.add("\(id)", now: clock.now) }
        for id in schedule.takeDue(now: clock.now, atMost: 200) { asked(&schedule, id, changed: true) }
        var dues: Set<Duration> = []
        while let due = schedule.nextDue {
            dues.insert(due.offset)
            for id in schedule.takeDue(now: due, atMost: 200) { schedule.remove(id) }
        }
        #expect(dues.count > 100)
        #expect(dues.allSatisfy { (.milliseconds(500)...(.seconds(1))).contains($0) })
    }

    @Test("what is not followed any more is not asked for, also if an answer comes late")
    func removed() {
        var schedule = schedule()
        schedule.add("r", now: clock.now)
        _ = schedule.takeDue(now: clock.now, atMost: 1)
        schedule.remove("r")
        asked(&schedule, "r", changed: true)
        #expect(schedule.nextDue == nil && schedule.count == 0)
    }
}
