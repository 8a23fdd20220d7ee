import JSON
import Kafka
import Model
import Pipeline
import TestSupport
import Testing

@testable import Remediator

@Suite("A replayed request is the first one again")
struct ReplayedRequestTests {
    private static let now = RequestReaderTests.now
    private static let topic = "riposte.remediation.requests"

    private static func record(
        _ value: String, offset: Int64, timestamp: Timestamp = now, mark: ReplayMark? = nil
    ) -> KafkaRecord {
        KafkaRecord(
            topic: topic, partition: 1, offset: offset, timestamp: timestamp.milliseconds, key: nil,
            value: Array(value.utf8),
            headers: mark.map { [KafkaHeader(name: ReplayMark.headerName, value: $0.json())] } ?? [])
    }

    private static func copy(of first: KafkaRecord, _ value: String? = nil, offset: Int64, at time: Timestamp = now)
        -> KafkaRecord
    {
        record(
            value ?? String(decoding: first.value ?? [], as: UTF8.self), offset: offset, timestamp: time,
            mark: ReplayMark(of: first.origin, deadAt: first.origin.timestamp + .seconds(1)))
    }

    private func read(_ record: KafkaRecord, at time: Timestamp = now) -> RequestReader.Reading {
        RequestReaderTests.reader.read(record, at: time)
    }

    @Test("it has the first's id, place and time to live, and the fold knows it, however often it comes")
    func identity() throws {
        let first = Self.record(Tutorial.killProcess, offset: 7, timestamp: Self.now - .seconds(600))
        let accepted = try #require(read(first).fact)
        var ledger = Ledger()
        #expect(ledger.apply(accepted, logTime: Self.now) == .allowed)
        for offset in [Int64(8), 9, 4711] {
            let again = try #require(read(Self.copy(of: first, offset: offset)).fact)
            #expect(again.requestId == accepted.requestId && again.digest == accepted.digest)
            #expect(again.notAfter == Self.now - .seconds(600) + .seconds(3600))
            #expect(again.origin?.offset == 7 && again.origin?.replayOffset == offset)
            #expect(ledger.apply(again, logTime: Self.now) == .void(.duplicate))
        }
    }

    @Test("also a refusal keeps its id, and a refused request stays refused although its copy can be read now")
    func refused() throws {
        let first = Self.record(#"{"actionsByMachine":{}}"#, offset: 7)
        let fact = try #require(read(first).fact)
        let copy = try #require(read(Self.copy(of: first, offset: 8)).fact)
        #expect(copy.fact == .refused && copy.requestId == fact.requestId && copy.digest == fact.digest)
        var ledger = Ledger()
        #expect(ledger.apply(fact, logTime: Self.now) == .allowed)
        #expect(ledger.apply(copy, logTime: Self.now) == .void(.duplicate))
        var understood = copy
        (understood.fact, understood.reason, understood.digest) = (.accepted, nil, nil)
        #expect(ledger.apply(understood, logTime: Self.now) == .void(.idReused))
        #expect(ledger.requests[fact.requestId]?.end?.state == .refused)
    }

    @Test(
        "what comes when the first may have been forgotten has expired, and nothing waits for longer than it is remembered"
    )
    func forgotten() throws {
        let late = (Self.now + .seconds(365 * 86_400)).rfc3339
        let body = GuardrailTests.body("own-id").dropLast() + #","notAfter":"\#(late)"}"#
        let first = Self.record(String(body), offset: 7, timestamp: Self.now - .seconds(30 * 86_400))
        #expect(read(first).fact?.notAfter == Self.now - .seconds(16 * 86_400))
        let copy = try #require(read(Self.copy(of: first, offset: 8)).fact)
        #expect(copy.requestId == "own-id")
        #expect(try #require(copy.notAfter) < Self.now)
        // Lying about the time makes it no longer than for a new request.
        let mark = ReplayMark(
            of: Origin(
                topic: Self.topic, partition: 1, offset: 7, timestamp: Self.now + .seconds(99 * 86_400)),
            deadAt: Self.now + .seconds(99 * 86_400))
        let liar = try #require(read(Self.record(Tutorial.killProcess, offset: 8, mark: mark)).fact)
        #expect(liar.notAfter == Self.now + .seconds(3600))
    }

    @Test("with other bytes under another's mark it is a request of its own, which says that it is a copy")
    func foreignMark() throws {
        let first = Self.record(Tutorial.killProcess, offset: 7)
        let other = try #require(read(Self.copy(of: first, Tutorial.quarantineFile, offset: 8)).fact)
        #expect(other.requestId != read(first).fact?.requestId)
        #expect(other.origin?.replayOffset == 8)
    }

    @Test("with a mark that cannot be believed it is refused under an id of its own place, and a dead letter")
    func unbelievable() throws {
        let ahead = ReplayMark(
            of: Origin(topic: Self.topic, partition: 1, offset: 99, timestamp: Self.now), deadAt: Self.now)
        let reading = read(Self.record(Tutorial.killProcess, offset: 8, mark: ahead))
        #expect(reading.fault?.reason == .wrongSchema && reading.fact?.fact == .refused)
        #expect(reading.fact?.origin?.offset == 8 && reading.fact?.origin?.replayOffset == nil)
        let plain = read(Self.record(Tutorial.killProcess, offset: 8))
        #expect(reading.fact?.requestId == plain.fact?.requestId)
    }

    @Test("a copy that comes when a shorter memory may have forgotten the first is not sent")
    func shortMemory() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator(memory: .seconds(600))
            let first = Origin(
                topic: bench.kafka.prefix + "remediation.requests", partition: 0, offset: 0,
                timestamp: Timestamp.now() - .seconds(601))
            try await bench.publish(Self.filler, partition: 0)
            let mark = ReplayMark(of: first, deadAt: first.timestamp + .seconds(1))
            try await bench.publish(
                bytes: Array(GuardrailTests.body("one").utf8), partition: 0,
                headers: [KafkaHeader(name: ReplayMark.headerName, value: mark.json())])
            let request = try await bench.request("one", "has ended") { $0.end != nil }
            #expect(request.end?.state == .expired && request.origin?.replayOffset != nil)
            #expect(bench.journal.isEmpty)
        }
    }

    /// Takes the place of the first, which is not there any more.
    private static let filler = "no request"

    @Test("a running remediator that is given copies of a request without an id sends it once")
    func once() async throws {
        try await Bench.run { bench in
            try await bench.startRemediator()
            try await bench.publish(Tutorial.killProcess, partition: 0)
            let first = try await bench.requests(1)[0]
            try await bench.request(first.id, "is submitted") { $0.phase == .submitted }
            let mark = ReplayMark(of: try #require(first.origin), deadAt: .now())
            for _ in 1...3 {
                try await bench.publish(
                    bytes: Array(Tutorial.killProcess.utf8), partition: 0,
                    headers: [KafkaHeader(name: ReplayMark.headerName, value: mark.json())])
            }
            try await bench.publish(
                GuardrailTests.body(
                    "next", machine: Northwind.fileServer, target: Northwind.file, action: "QUARANTINE_FILE"),
                partition: 0)
            try await bench.request("next", "is submitted") { $0.phase == .submitted }
            #expect(bench.ledger.known.count == 2 && bench.journal.count == 2)
            #expect(bench.deadLetters.items.isEmpty)
        }
    }
}
