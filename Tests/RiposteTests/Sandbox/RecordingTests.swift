import FoundationEssentials
import JSON
import Kafka
import Model
import TestSupport
import Testing

@testable import Riposte

/// What `--record` keeps.
@Suite struct RecordingTests {
    private func line(_ record: KafkaRecord) -> String { String(decoding: Recording.line(record), as: UTF8.self) }

    @Test("a record is one line with its key, headers, value and place") func line() {
        let record = KafkaRecord(
            topic: "t", partition: 2, offset: 5, timestamp: 7, key: Array("k\"1".utf8),
            value: Array("{\n \"a\": \"b c\"\n}".utf8), headers: [KafkaHeader("z", "1"), KafkaHeader("a", "2")])
        #expect(
            line(record)
                == #"{"key":"k\"1","headers":{"a":"2","z":"1"},"value":{"a":"b c"},"partition":2,"offset":5,"timestamp":7}"#
        )
    }

    @Test("no key is null, a tombstone is null, and what is no JSON is text") func odd() {
        let tombstone = KafkaRecord(topic: "t", partition: 0, offset: 0, key: nil, value: nil)
        #expect(line(tombstone) == #"{"key":null,"headers":{},"value":null,"partition":0,"offset":0,"timestamp":-1}"#)
        let broken = KafkaRecord(topic: "t", partition: 0, offset: 0, key: [0xFF], value: Array("{".utf8))
        #expect(line(broken).hasPrefix("{\"key\":\"\u{FFFD}\",\"headers\":{},\"value\":\"{\""))
    }

    @Test("a header that is there twice is there once, with its last value") func headers() {
        let record = KafkaRecord(
            topic: "t", partition: 0, offset: 0, key: nil, value: nil,
            headers: [KafkaHeader("a", "1"), KafkaHeader("a", "2")])
        #expect(line(record).contains(#""headers":{"a":"2"}"#))
    }

    @Test("every topic has its file, with a line for each record", .kafka, .timeLimit(.minutes(2)))
    func files() async throws {
        let deployment = try await Deployment()
        try await deployment.halt(false)
        try await deployment.send(raw: Array("not json".utf8), to: Topics.requests)
        try await deployment.send(raw: Array(#"{"actionsByMachine":{}}"#.utf8), key: "k", to: Topics.requests)
        let directory = TemporaryFile()
        try await Recording.write(deployment.connection, to: directory.path)
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        #expect(files == Topics.all.map { "\($0.name).ndjson" }.sorted())
        let requests = try text("remediation.requests", directory).split(separator: "\n")
        #expect(requests.count == 2)
        #expect(requests.contains { $0.contains(#""key":"k""#) && $0.contains(#""value":{"actionsByMachine":{}}"#) })
        #expect(requests.contains { $0.contains(#""value":"not json""#) })
        let control = try text("control", directory)
        #expect(control.contains(#""ce_type":"riposte.control-switch.v1""#) && control.contains(#""on":false"#))
        #expect(try text("detections", directory).isEmpty)
    }

    private func text(_ topic: String, _ directory: TemporaryFile) throws -> String {
        let data = try #require(FileManager.default.contents(atPath: "\(directory.path)/\(topic).ndjson"))
        return String(decoding: data, as: UTF8.self)
    }
}
