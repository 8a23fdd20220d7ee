import Kafka
import TestSupport
import Testing

@Suite struct PartitionerTests {
    @Test(
        "murmur2 gives what Java's client gives",
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ] as [(String, Int32)])
    func javaVectors(key: String, hash: Int32) {
        #expect(Int32(bitPattern: murmur2(Array(key.utf8))) == hash)
    }

    @Test(
        "murmur2 gives what librdkafka gives, for every length of the rest",
        arguments: [
            ("kafka", 0xd067_cf64), ("giberish123456789", 0x8f55_2b0c), ("1234", 0x9fc9_7b14), ("234", 0xe7c0_09ca),
            ("34", 0x8739_30da), ("4", 0x5a4b_5ca1), ("", 0x106e_08d9),
        ] as [(String, UInt32)])
    func libraryVectors(key: String, hash: UInt32) {
        #expect(murmur2(Array(key.utf8)) == hash)
    }

    @Test("a negative hash still gives a partition that exists") func negativeHash() {
        #expect(partition(forKey: Array("foobar".utf8), count: 12) == (-790_332_482 & 0x7fff_ffff) % 12)
        #expect((0..<1000).allSatisfy { (0..<7).contains(partition(forKey: Array("\($0)".utf8), count: 7)) })
    }

    @Test("a producer sends a key to the partition that the function names", .kafka) func producerAgrees() async throws
    {
        let kafka = try KafkaTrait.current
        let topic = try await kafka.createTopic("keys", partitions: 7)
        let producer = try KafkaProducer(kafka.configuration)
        let keys = (0..<200).map { Array("key-\($0)".utf8) }
        let positions = try await producer.send(keys.map { OutgoingRecord(topic: topic, key: $0, value: [1]) })
        #expect(positions.map(\.partition) == keys.map { partition(forKey: $0, count: 7) })
        await producer.close()
    }
}
