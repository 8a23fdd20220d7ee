import Testing

@testable import Kafka

@Suite struct PartitionWatermarkTests {
    private func watermark(_ offsets: [Int64]) -> PartitionWatermark {
        var watermark = PartitionWatermark()
        for offset in offsets { watermark.handOut(offset, bytes: 10, at: .now) }
        return watermark
    }

    @Test("only what has no gap before it may be committed") func contiguous() {
        var watermark = watermark([5, 6, 7, 8])
        #expect(watermark.uncommitted == nil)
        watermark.expect(7, isInFlight: true)
        watermark.expect(6, isInFlight: true)
        #expect(watermark.uncommitted == nil)
        watermark.expect(5, isInFlight: true)
        #expect(watermark.uncommitted == 8)
        #expect(watermark.inFlight == 1)
        #expect(watermark.inFlightBytes == 10)
        #expect(watermark.spread == 1)
    }

    @Test("offsets that the log skips are no gaps") func skippedOffsets() {
        var watermark = watermark([3, 10, 500])
        watermark.expect(3, isInFlight: true)
        #expect(watermark.uncommitted == 4)
        watermark.expect(500, isInFlight: true)
        watermark.expect(10, isInFlight: true)
        #expect(watermark.uncommitted == 501)
    }

    @Test("completing twice, or what was never handed out, changes nothing") func unknown() {
        var watermark = watermark([1, 2])
        watermark.expect(2, isInFlight: true)
        watermark.expect(2, isInFlight: false)
        watermark.expect(0, isInFlight: false)
        watermark.expect(99, isInFlight: false)
        #expect(watermark.inFlight == 1)
        watermark.expect(1, isInFlight: true)
        watermark.expect(1, isInFlight: false)
        #expect(watermark.inFlight == 0)
    }

    @Test("what was committed is not committed again") func committed() {
        var watermark = watermark([1, 2])
        watermark.expect(1, isInFlight: true)
        watermark.commit(2)
        #expect(watermark.uncommitted == nil)
        watermark.expect(2, isInFlight: true)
        #expect(watermark.uncommitted == 3)
    }

    @Test("when offsets go back, counting begins again and nothing is passed over") func restart() {
        var watermark = watermark([10, 11, 12])
        watermark.expect(10, isInFlight: true)
        watermark.handOut(0, bytes: 7, at: .now)
        #expect(watermark.inFlight == 1)
        #expect(watermark.inFlightBytes == 7)
        #expect(watermark.uncommitted == nil)
        watermark.expect(12, isInFlight: false)
        watermark.expect(0, isInFlight: true)
        #expect(watermark.uncommitted == 1)
        watermark.handOut(0, bytes: 7, at: .now)
        #expect(watermark.inFlight == 1)
    }

    @Test("after the offsets have gone back, completions of what was handed out before mean nothing") func lateOld()
        throws
    {
        let partition = TopicPartition(topic: "t", partition: 0)
        func record(_ offset: Int64) -> KafkaRecord {
            KafkaRecord(topic: "t", partition: 0, offset: offset, timestamp: 0, key: nil, value: [], headers: [])
        }
        func batch(_ offsets: Range<Int64>) -> RecordBatch {
            var batch = RecordBatch()
            for offset in offsets where !batch.add(record(offset)) { Issue.record("\(offset) is not taken") }
            return batch
        }
        let progress = ConsumerProgress(limits: .init(), wake: {})
        progress.assign([partition])
        let old = progress.handOut(batch(0..<3))
        let new = progress.handOut(batch(0..<2))
        old.complete([record(0), record(1), record(2)])
        #expect(progress.uncommitted() == [:] && progress.status.inFlight == 2)
        new.complete(record(0))
        #expect(progress.uncommitted() == [partition: 1])
        progress.handOut(batch(2..<3)).complete(record(2))
        new.complete(record(1))
        #expect(progress.uncommitted() == [partition: 3])
    }

    @Test("records whose offsets go back are handed out by themselves") func separateBatches() {
        func record(_ partition: Int32, _ offset: Int64) -> KafkaRecord {
            KafkaRecord(
                topic: "t", partition: partition, offset: offset, timestamp: 0, key: nil, value: [1, 2], headers: [])
        }
        var batch = RecordBatch()
        let taken = [(0, 5), (1, 3), (0, 6), (0, 6), (0, 0), (1, 4)].map { batch.add(record($0.0, $0.1)) }
        #expect(taken == [true, true, true, false, false, true])
        #expect(batch.records.map(\.offset) == [5, 3, 6, 4])
    }

    @Test("any order of completion ends at the same offset", arguments: 0..<20) func anyOrder(seed: Int) {
        var random = Numbers(state: UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 | 1)
        let offsets = (0..<3_000).filter { _ in Bool.random(using: &random) }.map { Int64($0) }
        var watermark = watermark(offsets)
        var done: Set<Int64> = []
        for offset in offsets.shuffled(using: &random) {
            watermark.expect(offset, isInFlight: true)
            done.insert(offset)
            let firstOpen = offsets.first { !done.contains($0) }
            let expected = offsets.last { $0 < firstOpen ?? .max }.map { $0 + 1 }
            if watermark.uncommitted != expected { Issue.record("at \(offset): \(watermark)") }
        }
        #expect(watermark.spread == 0)
        #expect(watermark.inFlightBytes == 0)
    }
}

extension PartitionWatermark {
    /// Completes a record, of which it must or must not be known that it is in flight.
    fileprivate mutating func expect(_ offset: Int64, isInFlight: Bool, at location: SourceLocation = #_sourceLocation)
    {
        let wasInFlight = complete(offset)
        #expect(wasInFlight == isInFlight, sourceLocation: location)
    }
}

/// Numbers that are the same in every run (xorshift).
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
