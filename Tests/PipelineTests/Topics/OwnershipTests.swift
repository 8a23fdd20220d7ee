import FoundationEssentials
import Kafka
import Model
import Pipeline
import TestSupport
import Testing

@Suite("Ownership") struct OwnershipTests {
    /// Keys with their partition of 12, as Java's default partitioner and `murmur2_random` compute it.
    private static let vectors: [(key: String, hash: Int64)] = [
        ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
    ]

    @Test("A key's partition is the one that Kafka's own test vectors give", arguments: vectors)
    func partitions(key: String, hash: Int64) {
        let ownership = Ownership(partitionCount: 12)
        #expect(Int64(ownership.partition(of: key)) == (hash & 0x7fff_ffff) % 12)
    }

    @Test("Instances that share the partitions own each key exactly once")
    func shares() {
        let (one, two) = (Ownership(partitionCount: 12), Ownership(partitionCount: 12))
        one.set(0..<5)
        two.set(5..<12)
        let keys = (0..<1_000).map { "request-\($0)" }
        #expect(keys.allSatisfy { one.owns($0) != two.owns($0) })
        #expect(keys.contains { one.owns($0) } && keys.contains { two.owns($0) })
    }

    @Test("The number of partitions is asked for at each assignment, again after a failure and after an old answer")
    func grown() async {
        let ownership = Ownership(partitionCount: 12)
        let keys = (0..<1_000).map { "request-\($0)" }
        var answers: [Int32?] = [nil, 12, 24]
        await ownership.take(Array(12..<24)) {
            #expect(ownership.partitions.isEmpty)
            guard let count = answers.removeFirst() else { throw KafkaError(.timedOut) }
            return count
        }
        #expect(answers.isEmpty && ownership.partitions == Set(12..<24))
        let other = Ownership()
        await other.take(Array(0..<12)) { 24 }
        #expect(keys.allSatisfy { ownership.owns($0) != other.owns($0) })
    }

    @Test("An assignment whose count comes late does not undo a later one")
    func late() async throws {
        let (ownership, gate) = (Ownership(), AsyncGate())
        let late = Task {
            await ownership.take([0, 1]) {
                try await gate.wait()
                return 2
            }
        }
        try await eventually("it asks") { gate.waiters == 1 }
        await ownership.take([]) { 2 }
        gate.open()
        await late.value
        #expect(ownership.partitions.isEmpty)
    }

    @Test(
        "A topic that gets more partitions is counted anew", .kafka,
        .enabled(if: ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"] != nil))
    func counted() async throws {
        let deployment = try await Deployment(partitions: 2)
        #expect(try await deployment.connection.partitionCount(of: Topics.requests) == 2)
        let admin = try KafkaAdmin(deployment.settings.kafka)
        try await admin.setPartitions(4, of: deployment.connection.name(of: Topics.requests))
        try await eventually("there are four") {
            try await deployment.connection.partitionCount(of: Topics.requests) == 4
        }
    }

    @Test("Without partitions nothing is owned, and new ones replace the old")
    func changes() {
        let ownership = Ownership(partitionCount: 3)
        #expect(!ownership.owns("a") && ownership.partitions.isEmpty)
        ownership.set([ownership.partition(of: "a")])
        #expect(ownership.owns("a"))
        ownership.set([])
        #expect(!ownership.owns("a"))
    }
}
