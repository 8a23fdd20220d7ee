import TestSupport
import Testing

@Suite struct ManualClockTests {
    @Test("a sleeper wakes when the clock has come to its time, and not before") func wakes() async throws {
        let clock = ManualClock()
        let woken = Collector<Int>()
        let early = Task {
            try await clock.sleep(for: .seconds(10))
            woken.append(1)
        }
        let late = Task {
            try await clock.sleep(for: .seconds(3600))
            woken.append(2)
        }
        try await eventually("both sleep") { clock.sleepers == 2 }
        clock.advance(by: .seconds(10))
        try await early.value
        #expect(woken.items == [1])
        #expect(clock.sleepers == 1)
        clock.advance(by: .seconds(3590))
        try await late.value
        #expect(woken.items == [1, 2])
        #expect(clock.now.offset == .seconds(3600))
    }

    @Test("a cancelled sleeper throws, also when it was cancelled before") func cancellation() async throws {
        let clock = ManualClock()
        let sleeper = Task { try await clock.sleep(for: .seconds(1)) }
        try await eventually("it sleeps") { clock.sleepers == 1 }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(clock.sleepers == 0)
        let before = Task {
            try? await Task.sleep(for: .seconds(60))
            try await clock.sleep(for: .seconds(1))
        }
        before.cancel()
        await #expect(throws: CancellationError.self) { try await before.value }
    }

    @Test("waiting for what never happens fails with its name") func eventuallyFails() async {
        let error = await #expect(throws: DidNotHappen.self) {
            try await eventually("pigs fly", within: .milliseconds(20)) { false }
        }
        #expect(error?.description.contains("pigs fly") == true)
    }
}
