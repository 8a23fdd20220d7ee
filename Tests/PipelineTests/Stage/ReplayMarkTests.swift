import JSON
import Kafka
import Model
import Pipeline
import Testing

@Suite("The mark of a replayed record") struct ReplayMarkTests {
    private static let now = Timestamp(milliseconds: 1_795_000_000_000)
    private static let first = Origin(
        topic: "t", partition: 3, offset: 7, timestamp: Timestamp(milliseconds: 1_794_999_900_000))

    private func record(_ headers: [KafkaHeader], offset: Int64 = 9, timestamp: Timestamp = now) -> KafkaRecord {
        KafkaRecord(
            topic: "t", partition: 3, offset: offset, timestamp: timestamp.milliseconds, key: nil,
            value: Array("{}".utf8), headers: headers)
    }

    private func header(_ mark: ReplayMark) -> KafkaHeader {
        KafkaHeader(name: ReplayMark.headerName, value: mark.json())
    }

    private func mark(_ change: (inout ReplayMark) -> Void = { _ in }) -> ReplayMark {
        var mark = ReplayMark(of: Self.first, deadAt: Self.now - .seconds(50))
        change(&mark)
        return mark
    }

    @Test("a record without one comes from its own place, at its own time")
    func none() throws {
        let record = record([KafkaHeader("other", "x")])
        #expect(try record.replayMark() == nil)
        #expect(record.source == record.origin && record.source.replayOffset == nil)
        #expect(record.sent(asOf: Self.now + .seconds(5)) == Self.now)
    }

    @Test("a copy comes from where its first stood, and is as old as that; its own offset is with it")
    func copy() throws {
        let record = record([KafkaHeader("other", "x"), header(mark())])
        #expect(try record.replayMark() == mark())
        var expected = Self.first
        expected.replayOffset = 9
        #expect(record.source == expected)
        #expect(record.origin.offset == 9 && record.origin.replayOffset == nil)
        #expect(record.sent(asOf: Self.now) == Self.first.timestamp)
    }

    @Test("a sender whose clock was ahead, or who gave no time, gains nothing: it is as old as its death")
    func clocks() {
        let ahead = record([header(mark { $0.origin.timestamp = Self.now + .seconds(86_400) })])
        #expect(ahead.sent(asOf: Self.now) == Self.now - .seconds(50))
        let none = record([header(mark { $0.origin.timestamp = Timestamp(milliseconds: -1) })])
        #expect(none.sent(asOf: Self.now) == Self.now - .seconds(50))
        let deadAhead = record([
            header(
                mark {
                    $0.deadAt = Self.now + .seconds(9)
                    $0.origin.timestamp = Self.now + .seconds(9)
                })
        ])
        #expect(deadAhead.sent(asOf: Self.now) == Self.now)
    }

    static let lies: [(String, @Sendable (inout ReplayMark) -> Void)] = [
        ("another topic", { $0.origin.topic = "u" }), ("another partition", { $0.origin.partition = 2 }),
        ("itself", { $0.origin.offset = 9 }), ("a record that is still to come", { $0.origin.offset = .max }),
        ("no offset", { $0.origin.offset = -1 }), ("no partition", { $0.origin.partition = -1 }),
        ("a partition that no number holds", { $0.origin.partition = .max }),
    ]

    @Test(
        "a mark that names no earlier record of the partition is not believed",
        arguments: ReplayMarkTests.lies.indices)
    func unbelievable(_ index: Int) {
        let record = record([header(mark(Self.lies[index].1))])
        let fault = #expect(throws: Unusable.self, "\(Self.lies[index].0)") { try record.replayMark() }
        #expect(fault?.reason == .wrongSchema)
        #expect(fault?.detail.contains(ReplayMark.headerName) == true)
        #expect(record.source == record.origin)
        #expect(record.sent(asOf: Self.now) == Self.now)
    }

    @Test(
        "a mark that cannot be read makes the record unusable, for to take it for new could do twice what its first did",
        arguments: [
            "", "{", "[]", "null", "{}", #"{"origin":{}}"#, #"{"origin":7,"deadAt":"2026-11-22T10:00:00.000Z"}"#,
            #"{"origin":{"topic":"t","partition":3,"offset":7,"timestamp":"2026-11-22T10:00:00.000Z"}}"#,
            #"{"origin":{"topic":"t","partition":3,"offset":7,"timestamp":"today"},"deadAt":"2026-11-22T10:00:00.000Z"}"#,
            "\u{0}\u{1}", String(repeating: " ", count: 2000),
        ])
    func malformed(_ value: String) {
        let record = record([KafkaHeader(ReplayMark.headerName, value)])
        #expect(throws: Unusable.self) { try record.replayMark() }
        #expect(throws: Unusable.self) { try RecordReader.read(record, as: RemediationRequest.self) }
        #expect(record.source == record.origin)
    }

    @Test("a long mark and a second one are not believed, for nobody could say which counts")
    func several() {
        let padded = mark().json() + Array(repeating: UInt8(ascii: " "), count: ReplayMark.longestValue)
        #expect(throws: Unusable.self) {
            try record([KafkaHeader(name: ReplayMark.headerName, value: padded)]).replayMark()
        }
        #expect(throws: Unusable.self) { try record([header(mark()), header(mark())]).replayMark() }
    }
}
