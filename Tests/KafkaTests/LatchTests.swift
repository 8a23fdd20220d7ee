import Testing

@testable import Kafka

@Suite("A door that opens once", .timeLimit(.minutes(1))) struct LatchTests {
    @Test("who gives up after its limit is told that it is closed") func limit() async {
        let latch = Latch()
        #expect(await latch.wait(within: .milliseconds(1)) == false)
        latch.open()
        #expect(await latch.wait(within: .milliseconds(1)))
    }

    @Test("who is cancelled, before or while it waits, is told that it is closed") func cancelled() async throws {
        let latch = Latch()
        let waiting = Task { await latch.wait() }
        waiting.cancel()
        #expect(await waiting.value == false)
        let here = Task { await latch.wait(within: .seconds(60)) }
        while latch.waiterCount == 0 { await Task.yield() }
        here.cancel()
        #expect(await here.value == false)
    }

    @Test("nobody who has gone is remembered, however its timer ended") func forgets() async {
        let latch = Latch()
        for _ in 0..<200 { _ = await latch.wait(within: .microseconds(1)) }
        let waiting = (0..<200).map { _ in Task { await latch.wait(within: .seconds(60)) } }
        while latch.waiterCount < 200 { await Task.yield() }
        latch.open()
        for task in waiting { #expect(await task.value) }
        for _ in 0..<200 { _ = await latch.wait(within: .seconds(60)) }
        for _ in 0..<1_000 { await Task.yield() }
        #expect(latch.waiterCount == 0)
    }
}
