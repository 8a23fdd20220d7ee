import Testing

@testable import HTTPClient

@Suite("Who may start")
struct AdmissionQueueTests {
    private func queue(limit: Int, perOrigin: Int, _ entries: [(UInt64, String)]) -> AdmissionQueue {
        var queue = AdmissionQueue(limit: limit, limitPerOrigin: perOrigin)
        for (id, origin) in entries { queue.enqueue(id, origin: origin) }
        return queue
    }

    private func admitAll(_ queue: inout AdmissionQueue, where isWaiting: (UInt64) -> Bool = { _ in true }) -> [UInt64]
    {
        var admitted: [UInt64] = []
        while let id = queue.admit(where: isWaiting) { admitted.append(id) }
        return admitted
    }

    @Test("First come, first served across origins, up to the limit in all")
    func order() {
        var queue = queue(limit: 3, perOrigin: 3, [(1, "a"), (2, "b"), (3, "a"), (4, "c")])
        #expect(admitAll(&queue) == [1, 2, 3])
        queue.release(origin: "b")
        #expect(admitAll(&queue) == [4])
    }

    @Test("A full origin does not hold up another")
    func perOrigin() {
        var queue = queue(limit: 10, perOrigin: 1, [(1, "a"), (2, "a"), (3, "b")])
        #expect(admitAll(&queue) == [1, 3])
        #expect(admitAll(&queue).isEmpty)
        queue.release(origin: "a")
        #expect(admitAll(&queue) == [2])
    }

    @Test("What was given up is passed over and takes no place")
    func givenUp() {
        var queue = queue(limit: 1, perOrigin: 1, [(1, "a"), (2, "a"), (3, "a")])
        #expect(admitAll(&queue) { $0 == 3 } == [3])
    }

    @Test("Origins of which nothing waits and nothing runs are forgotten")
    func forgotten() {
        var queue = queue(limit: 4, perOrigin: 1, [(1, "a"), (2, "b"), (3, "b"), (4, "c")])
        #expect(admitAll(&queue) { $0 == 4 } == [4])
        #expect(queue.originCount == 1)
        queue.release(origin: "c")
        #expect(queue.originCount == 0)
    }

    @Test("Order holds over thousands of entries")
    func many() {
        var queue = AdmissionQueue(limit: 1, limitPerOrigin: 1)
        var admitted: [UInt64] = []
        for id in UInt64(0)..<5_000 { queue.enqueue(id, origin: "a") }
        while let id = queue.admit(where: { $0 % 3 != 0 }) {
            admitted.append(id)
            queue.release(origin: "a")
        }
        #expect(admitted == (UInt64(0)..<5_000).filter { $0 % 3 != 0 })
    }
}
