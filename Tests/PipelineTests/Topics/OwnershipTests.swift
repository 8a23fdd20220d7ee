import Pipeline
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
