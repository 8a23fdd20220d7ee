import Testing

@testable import Kafka

@Suite struct FollowerProgressTests {
    private let begin = ContinuousClock.now

    @Test("it has caught up when every partition has reached the end of its beginning") func caughtUp() {
        var progress = FollowerProgress()
        progress.begin([0, 1])
        _ = progress.foundEnd(5, of: 0, asked: begin)
        _ = progress.handled(upTo: 5, of: 0, records: 5)
        #expect(!progress.isCaughtUp)
        // Empty, and known to be only when its end was reported.
        _ = progress.foundEnd(0, of: 1, asked: begin)
        #expect(!progress.isCaughtUp)
        _ = progress.handled(upTo: 0, of: 1, records: 0)
        #expect(progress.isCaughtUp)
        _ = progress.foundEnd(50, of: 0, asked: begin)
        #expect(progress.isCaughtUp)
        #expect(progress.records == 5)
    }

    @Test("without partitions nothing is caught up with or fresh") func nothing() {
        let progress = FollowerProgress()
        #expect(!progress.isCaughtUp)
        #expect(progress.fresh == nil)
    }

    @Test("freshness is the time at which a reached end was asked for, of the stalest partition") func freshness() {
        var progress = FollowerProgress()
        progress.begin([0, 1])
        _ = progress.handled(upTo: 10, of: 0, records: 10)
        _ = progress.handled(upTo: 3, of: 1, records: 3)
        _ = progress.foundEnd(10, of: 0, asked: begin)
        #expect(progress.fresh == nil)
        _ = progress.foundEnd(3, of: 1, asked: begin + .seconds(1))
        #expect(progress.fresh == begin)
        // Not reached yet: says nothing.
        _ = progress.foundEnd(12, of: 0, asked: begin + .seconds(2))
        #expect(progress.fresh == begin)
        _ = progress.handled(upTo: 12, of: 0, records: 2)
        #expect(progress.fresh == begin + .seconds(1))
        _ = progress.foundEnd(3, of: 1, asked: begin + .seconds(3))
        #expect(progress.fresh == begin + .seconds(2))
    }

    @Test("behind a log that grows without end, freshness still moves") func alwaysBehind() {
        var progress = FollowerProgress()
        progress.begin([0])
        for second in 0..<500 {
            _ = progress.foundEnd(Int64(second * 10 + 100), of: 0, asked: begin + .seconds(second))
            _ = progress.handled(upTo: Int64(second * 10), of: 0, records: 10)
        }
        #expect(progress.fresh == begin + .seconds(489))
    }

    @Test("who waits is let go when the record is handled, or nothing more comes") func waiters() {
        var progress = FollowerProgress()
        progress.begin([0])
        let first = FollowerProgress.Waiter(latch: Latch(), partition: 0, offset: 4)
        let second = FollowerProgress.Waiter(latch: Latch(), partition: 0, offset: 5)
        let other = FollowerProgress.Waiter(latch: Latch(), partition: 7, offset: 0)
        let added = [first, second, other].map { progress.add($0) }
        #expect(added == [true, true, true])
        let done = progress.handled(upTo: 5, of: 0, records: 5)
        #expect(done.count == 1 && done.first === first.latch)
        #expect(progress.isHandled(first) && !progress.isHandled(second))
        let again = progress.add(first)
        #expect(!again)
        progress.remove(second.latch)
        let rest = progress.end()
        #expect(rest.map { ObjectIdentifier($0) } == [ObjectIdentifier(other.latch)])
        let late = progress.add(second)
        #expect(!late)
    }
}
