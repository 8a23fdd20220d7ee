import JSON
import Kafka
import Model
import Pipeline
import Testing

/// A record that cannot be read, and what is to be said of it.
struct Damage: Sendable, CustomTestStringConvertible {
    let name: String
    let value: [UInt8]?
    let reason: Reason
    let detail: String

    init(_ name: String, _ value: String?, _ reason: Reason, _ detail: String) {
        self.init(name, bytes: value.map { Array($0.utf8) }, reason, detail)
    }

    init(_ name: String, bytes: [UInt8]?, _ reason: Reason, _ detail: String) {
        (self.name, value, self.reason, self.detail) = (name, bytes, reason, detail)
    }

    var testDescription: String { name }
}

@Suite("Reading a record") struct RecordReaderTests {
    private static let good =
        #""requestId":"r","decision":"DENY","decidedBy":"ann","decidedAt":"2026-11-22T10:00:00.123Z""#

    static let damages = [
        Damage("tombstone", nil, .empty, "no value"),
        Damage("no bytes", "", .notJSON, "byte 0"),
        Damage("no JSON", "hello", .notJSON, "byte 0"),
        Damage("cut off", "{" + good, .notJSON, ""),
        Damage("something behind it", "{\(good)}x", .notJSON, ""),
        Damage("invalid UTF-8", bytes: Array("{\"reason\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8), .notJSON, ""),
        Damage("an array", "[]", .wrongSchema, ""),
        Damage("a field is missing", #"{"requestId":"r"}"#, .wrongSchema, "$.decision"),
        Damage("a field of the wrong type", "{\(good),\"reason\":7}", .wrongSchema, "$.reason"),
        Damage("a word that is not allowed", #"{"requestId":"r","decision":"MAYBE"}"#, .wrongSchema, "$.decision"),
        Damage("a newer version", "{\"schemaVersion\":2,\(good)}", .unknownVersion, "schemaVersion"),
        Damage("a newer version in a newer form", #"{"schemaVersion":2,"id":"r"}"#, .unknownVersion, "schemaVersion"),
        Damage("a version that is no number", #"{"schemaVersion":"two"}"#, .unknownVersion, "schemaVersion"),
        Damage(
            "too large", bytes: Array(repeating: 0x20, count: RecordReader.largestMessage + 1), .tooLarge,
            "\(RecordReader.largestMessage)"),
    ]

    @Test("Every damage has its reason and says what is wrong", arguments: damages)
    func damaged(damage: Damage) throws {
        let fault = #expect(throws: Unusable.self) {
            try RecordReader.read(Samples.record(bytes: damage.value), as: RemediationDecision.self)
        }
        #expect(fault?.reason == damage.reason)
        let detail = try #require(fault?.detail)
        #expect(!detail.isEmpty && (damage.detail.isEmpty || detail.contains(damage.detail)))
    }

    @Test(
        "A message is read, with or without its version and with fields that nobody knows",
        arguments: [
            "", #""schemaVersion":1,"#, #""fromTheFuture":{"a":[1]},"#,
        ])
    func read(extra: String) throws {
        let decision = try RecordReader.read(Samples.record("{\(extra)\(Self.good)}"), as: RemediationDecision.self)
        #expect(decision.requestId == "r" && decision.decision == .deny && decision.decidedBy == "ann")
        #expect(decision.decidedAt == Samples.time)
    }
}
