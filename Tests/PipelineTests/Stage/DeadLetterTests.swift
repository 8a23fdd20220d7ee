import FoundationEssentials
import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@Suite("Dead letters", .kafka, .timeLimit(.minutes(2))) struct DeadLetterTests {
    private func bytes(_ base64: String?) -> [UInt8]? {
        base64.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
    }

    @Test("a record is kept to the last byte, with headers, place and reason; burying it again is the same event")
    func identical() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment, "enricher")
        let all = Array(UInt8.min...UInt8.max)
        var record = Samples.record(bytes: all, headers: [KafkaHeader(name: "h", value: all), KafkaHeader("h", "")])
        record.key = [0xFF, 0x00]
        for _ in 1...2 { try await instance.deadLetters.bury(record, because: Unusable(.notJSON, "at byte 0")) }
        let letters = try await deployment.received(of: Topics.deadLetters)
        #expect(letters.count == 2 && Set(letters.map(\.event.eventID)).count == 1)
        let letter = try #require(letters.first)
        #expect(letter.record.keyText == "riposte.test/3/7")
        #expect(letter.event.origin == record.origin && letter.event.service == "enricher")
        #expect(letter.event.reason == .notJSON && letter.event.detail == "at byte 0")
        #expect(bytes(letter.event.key) == [0xFF, 0x00])
        #expect(bytes(letter.event.value) == all && letter.event.valueBytes == nil)
        #expect(letter.event.headers.map(\.name) == ["h", "h"])
        #expect(letter.event.headers.map { bytes($0.value) } == [all, []])
        #expect(instance.metrics.contains(#"riposte_dead_letters_total{reason="not-json"} 2"#))
        #expect(instance.log.contains(message: "record sent to the dead letters"))
        await instance.producer.close()
    }

    @Test("a record without key and value is told from one with empty ones")
    func absent() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        try await instance.deadLetters.bury(Samples.record(nil, key: nil), because: Unusable(.empty, "-"))
        try await instance.deadLetters.bury(Samples.record("", key: "", offset: 8), because: Unusable(.notJSON, "-"))
        let letters = try await deployment.events(of: Topics.deadLetters).sorted { $0.origin.offset < $1.origin.offset }
        #expect(letters.map(\.key) == [nil, ""] && letters.map(\.value) == [nil, ""])
        await instance.producer.close()
    }

    @Test("a record of Kafka's usual limit fits whole; one whose letter Kafka refuses is kept without its value")
    func large() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let usual = Array(repeating: UInt8(0x7B), count: 1 << 20)
        try await instance.deadLetters.bury(Samples.record(bytes: usual), because: Unusable(.notJSON, "-"))
        let huge = Array(repeating: UInt8(0x7B), count: 2 << 20)
        try await instance.deadLetters.bury(
            Samples.record(bytes: huge, key: "huge", offset: 8), because: Unusable(.tooLarge, "too large"))
        let letters = try await deployment.events(of: Topics.deadLetters)
        let sorted = letters.sorted { $0.origin.offset < $1.origin.offset }
        #expect(sorted.count == 2)
        #expect(bytes(sorted.first?.value) == usual)
        #expect(sorted.last?.value == nil && sorted.last?.valueBytes == huge.count)
        #expect(bytes(sorted.last?.key) == Array("huge".utf8))
        await instance.producer.close()
    }

    @Test("a record whose headers or key are larger than Kafka takes is kept with what there is room for")
    func largeHeaders() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        let huge = Array(repeating: UInt8(0x7B), count: 2 << 20)
        let small = KafkaHeader(name: "small", value: [1])
        let many = (0..<100_000).map { KafkaHeader(name: "h\($0)", value: []) }
        let headers = [[small, KafkaHeader(name: "huge", value: huge)], many]
        for (offset, headers) in headers.enumerated() {
            let record = Samples.record("{}", headers: headers, offset: Int64(offset))
            #expect(await instance.deadLetters.keep(record, because: Unusable(.notJSON, "-")))
        }
        var record = Samples.record(nil, offset: 2)
        record.key = huge
        #expect(await instance.deadLetters.keep(record, because: Unusable(.empty, "-")))
        let letters = try await deployment.events(of: Topics.deadLetters).sorted { $0.origin.offset < $1.origin.offset }
        #expect(letters.count == 3)
        #expect(letters.first?.headers.map(\.name) == ["small"] && letters.first?.key != nil)
        #expect(letters[1].headers.count > 100 && letters[1].headers.count < 10_000)
        #expect(letters.last?.key == nil && letters.last?.detail.contains("too large") == true)
        await instance.producer.close()
    }

    @Test("with a producer that is closed a record is not done with")
    func closed() async throws {
        let instance = try Instance(try await Deployment())
        await instance.producer.close()
        #expect(await !instance.deadLetters.keep(Samples.record("x"), because: Unusable(.notJSON, "-")))
    }

    @Test("what is buried later arrives, and what cannot is logged")
    func later() async throws {
        let deployment = try await Deployment()
        let instance = try Instance(deployment)
        instance.deadLetters.buryLater(Samples.record("x"), because: Unusable(.notJSON, "-"))
        try await eventually("it arrived") { try await deployment.events(of: Topics.deadLetters).count == 1 }
        await instance.producer.close()
        instance.deadLetters.buryLater(Samples.record("y"), because: Unusable(.notJSON, "-"))
        try await eventually("it is logged") { instance.log.contains(message: "dead letter cannot be published") }
    }
}
