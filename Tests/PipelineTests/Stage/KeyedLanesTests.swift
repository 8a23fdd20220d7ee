import Pipeline
import TestSupport
import Testing

@Suite("Lanes", .timeLimit(.minutes(1))) struct KeyedLanesTests {
    @Test("Work with one key runs in the order in which it was started, never two at once")
    func order() async throws {
        let lanes = KeyedLanes()
        let seen = Collector<[Int]>()
        let running = Switchable(0)
        for number in 0..<2_000 {
            lanes.run(key: "\(number % 4)", group: "g") {
                if number % 4 == 0 {
                    #expect(running.value == 0)
                    running.value = 1
                    await Task.yield()
                    running.value = 0
                }
                seen.append([number % 4, number])
            }
        }
        try await eventually("all is done") { lanes.count == 0 }
        for key in 0..<4 {
            let numbers = seen.items.filter { $0[0] == key }.map { $0[1] }
            #expect(numbers == Array(stride(from: key, to: 2_000, by: 4)))
        }
    }

    @Test("Work with another key does not wait")
    func parallel() async throws {
        let lanes = KeyedLanes()
        let gate = AsyncGate()
        let seen = Collector<String>()
        lanes.run(key: "slow", group: "g") { try? await gate.wait() }
        lanes.run(key: "slow", group: "g") { seen.append("behind") }
        lanes.run(key: "fast", group: "g") { seen.append("beside") }
        try await eventually("the other key is done") { seen.items == ["beside"] }
        gate.open()
        try await eventually("what waited is done") { seen.items == ["beside", "behind"] }
        try await eventually("nothing is kept") { lanes.count == 0 }
    }

    @Test(
        "Cancelling a group ends what runs and what waits in it, returns when that has ended, and leaves others alone")
    func cancelGroup() async throws {
        let lanes = KeyedLanes()
        let gate = AsyncGate()
        let cancelled = Collector<String>()
        for (name, key, group) in [("runs", "a", "gone"), ("waits", "a", "gone"), ("stays", "b", "kept")] {
            lanes.run(key: key, group: group) {
                if !Task.isCancelled { try? await gate.wait() }
                if Task.isCancelled { cancelled.append(name) }
            }
        }
        try await eventually("two run") { gate.waiters == 2 }
        await lanes.cancel(group: "gone")
        #expect(cancelled.items == ["runs", "waits"])
        #expect(lanes.count == 1)
        await lanes.cancel(group: "kept")
        #expect(cancelled.items == ["runs", "waits", "stays"])
        #expect(lanes.count == 0)
    }

    @Test("A lane whose work was cancelled takes new work")
    func afterwards() async throws {
        let lanes = KeyedLanes()
        let gate = AsyncGate()
        lanes.run(key: "a", group: "g") { try? await gate.wait() }
        await lanes.cancel(group: "g")
        let seen = Collector<Bool>()
        lanes.run(key: "a", group: "g") { seen.append(Task.isCancelled) }
        try await eventually("it ran, not cancelled") { seen.items == [false] }
    }
}
