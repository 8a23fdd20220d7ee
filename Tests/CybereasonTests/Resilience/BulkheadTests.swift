import Synchronization
import Testing

@testable import Cybereason

@Suite("A limit on calls at once")
struct BulkheadTests {
    private let far = ContinuousClock.now.advanced(by: .seconds(30))

    @Test("lets no more through than it says, and everybody in the end")
    func limit() async {
        let bulkhead = Bulkhead(limit: 3)
        let count = Count()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 1...50 {
                group.addTask {
                    guard await bulkhead.enter(until: far, timing: .system) else { return false }
                    count.up()
                    await Task.yield()
                    count.down()
                    bulkhead.leave()
                    return true
                }
            }
            for await entered in group { #expect(entered) }
        }
        #expect(count.most <= 3)
    }

    private final class Count: Sendable {
        private let state = Mutex((now: 0, most: 0))
        var most: Int { state.withLock(\.most) }
        func up() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func down() { state.withLock { $0.now -= 1 } }
    }

    @Test("turns away whoever waits past the deadline, and keeps the place for the next")
    func deadline() async {
        let bulkhead = Bulkhead(limit: 1)
        #expect(await bulkhead.enter(until: far, timing: .system))
        #expect(await bulkhead.enter(until: .now.advanced(by: .milliseconds(5)), timing: .system) == false)
        bulkhead.leave()
        #expect(await bulkhead.enter(until: far, timing: .system))
    }

    @Test("lets a cancelled caller go")
    func cancellation() async {
        let bulkhead = Bulkhead(limit: 1)
        #expect(await bulkhead.enter(until: far, timing: .system))
        let waiting = Task { await bulkhead.enter(until: far, timing: .system) }
        waiting.cancel()
        #expect(await waiting.value == false)
        bulkhead.leave()
        #expect(await bulkhead.enter(until: far, timing: .system))
    }
}
