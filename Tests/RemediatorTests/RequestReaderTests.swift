import JSON
import Kafka
import Model
import Pipeline
import Testing

@testable import Remediator

@Suite("Every record of the request topic gets its answer")
struct RequestReaderTests {
    static let reader = RequestReader(
        defaultExpiry: .seconds(3600), memory: .seconds(14 * 86_400), writer: "w")
    static let now = Timestamp(milliseconds: 1_795_000_000_000)

    static func read(_ value: String?, at time: Timestamp = now, offset: Int64 = 7) -> RequestReader.Reading {
        let record = KafkaRecord(
            topic: "riposte.remediation.requests", partition: 1, offset: offset, timestamp: time.milliseconds,
            key: nil, value: value.map { Array($0.utf8) }, headers: [])
        return reader.read(record, at: now)
    }

    @Test("both tutorials' bodies are accepted as they are, under an id of their record")
    func tutorials() throws {
        for body in [Tutorial.killProcess, Tutorial.quarantineFile] {
            let reading = Self.read(body)
            let fact = try #require(reading.fact)
            #expect(fact.fact == .accepted && reading.fault == nil)
            #expect(fact.requestId.count == 32)
            #expect(fact.requestId == Self.read(body).fact?.requestId, "a redelivery is the same request")
            #expect(fact.requestId != Self.read(body, offset: 8).fact?.requestId)
            #expect(fact.origin?.partition == 1 && fact.origin?.offset == 7)
            #expect(fact.notAfter == Self.now + .seconds(3600))
            #expect(fact.digest == fact.request?.digest)
        }
    }

    @Test("Riposte's own fields are taken with the body")
    func ownFields() throws {
        let fact = try #require(
            Self.read(
                #"{"requestId":"soar-1","reason":"why","dryRun":true,"notAfter":"2026-11-22T10:00:00.000Z","more":[1],"#
                    + #""actionsByMachine":{"m":[{"targetId":"t","actionType":"NEW_ACTION"}]}}"#
            ).fact)
        #expect(fact.requestId == "soar-1" && fact.request?.dryRun == true && fact.request?.reason == "why")
        #expect(fact.notAfter?.rfc3339 == "2026-11-22T10:00:00.000Z")
        #expect(fact.request?.targets.first?.actionType.rawValue == "NEW_ACTION")
    }

    @Test("the time to live counts from the record's time; a sender's clock that is ahead lengthens nothing")
    func expiry() {
        let old = Self.read(Tutorial.killProcess, at: Self.now - .seconds(1800))
        #expect(old.fact?.notAfter == Self.now + .seconds(1800))
        let ahead = Self.read(Tutorial.killProcess, at: Self.now + .seconds(86_400))
        #expect(ahead.fact?.notAfter == Self.now + .seconds(3600))
    }

    @Test(
        "an object that is no request is refused to its sender, and a dead letter",
        arguments: [
            (#"{}"#, "wrong-schema"), (#"{"actionsByMachine":{}}"#, "no-actions"),
            (#"{"actionsByMachine":{"m":[]}}"#, "no-actions"),
            (#"{"actionsByMachine":{"m":[{"targetId":"t","actionType":"K"}],"n":[]}}"#, "wrong-schema"),
            (
                #"{"actionsByMachine":{"m":[{"targetId":"t","actionType":"K"}],""#
                    + String(repeating: "n", count: 300) + #"":[{"targetId":"t","actionType":"K"}]}}"#, "wrong-schema"
            ),
            (#"{"actionsByMachine":[]}"#, "wrong-schema"),
            (#"{"actionsByMachine":{"m":[{"targetId":"t"}]}}"#, "wrong-schema"),
            (#"{"actionsByMachine":{"m":[{"targetId":7,"actionType":"KILL_PROCESS"}]}}"#, "wrong-schema"),
            (#"{"actionsByMachine":{"m":[{"targetId":"","actionType":"KILL_PROCESS"}]}}"#, "wrong-schema"),
            (#"{"actionsByMachine":{"":[{"targetId":"t","actionType":"KILL_PROCESS"}]}}"#, "wrong-schema"),
            (#"{"actionsByMachine":{"m":[{"targetId":"a\u0000b","actionType":"KILL_PROCESS"}]}}"#, "wrong-schema"),
            (#"{"requestId":"","actionsByMachine":{"m":[{"targetId":"t","actionType":"A"}]}}"#, "wrong-schema"),
            (#"{"malopId":"","actionsByMachine":{"m":[{"targetId":"t","actionType":"A"}]}}"#, "wrong-schema"),
            (#"{"notAfter":"soon","actionsByMachine":{"m":[{"targetId":"t","actionType":"A"}]}}"#, "wrong-schema"),
            (#"{"schemaVersion":2,"actionsByMachine":{"m":[{"targetId":"t","actionType":"A"}]}}"#, "unknown-version"),
        ])
    func refused(body: String, reason: String) throws {
        let reading = Self.read(body)
        let fact = try #require(reading.fact)
        #expect(fact.fact == .refused && fact.reason?.rawValue == reason)
        #expect(reading.fault?.reason.rawValue == reason)
        #expect(fact.request != nil && fact.digest?.count == 32 && fact.detail?.isEmpty == false)
        var ledger = Ledger()
        #expect(ledger.apply(fact, logTime: Self.now) == .allowed)
        #expect(ledger.requests[fact.requestId]?.end?.state == .refused)
    }

    @Test("what is salvaged of a refused request tells its sender which one it was")
    func salvaged() throws {
        let fact = try #require(
            Self.read(
                #"{"requestId":"soar-9","malopId":"11.2","initiatorUserName":7,"dryRun":"no","#
                    + #""actionsByMachine":{"m":[{"targetId":"t","actionType":"KILL_PROCESS"},{"targetId":1}]}}"#
            ).fact)
        #expect(fact.requestId == "soar-9" && fact.request?.malopId == "11.2")
        #expect(fact.request?.targets.map(\.targetId) == ["t"])
    }

    @Test("too many actions, ids that are too long, texts that are too long")
    func limits() {
        let action = #"{"targetId":"t","actionType":"KILL_PROCESS"}"#
        let many = Array(repeating: action, count: 101).joined(separator: ",")
        #expect(Self.read(#"{"actionsByMachine":{"m":[\#(many)]}}"#).fault?.detail.contains("101 actions") == true)
        let fits = Array(repeating: action, count: 100).joined(separator: ",")
        #expect(Self.read(#"{"actionsByMachine":{"m":[\#(fits)]}}"#).fault == nil)
        let long = String(repeating: "x", count: 257)
        #expect(Self.read(#"{"requestId":"\#(long)","actionsByMachine":{"m":[\#(action)]}}"#).fault != nil)
        #expect(Self.read(#"{"actionsByMachine":{"\#(long)":[\#(action)]}}"#).fault != nil)
        let text = String(repeating: "x", count: 5000)
        #expect(Self.read(#"{"reason":"\#(text)","actionsByMachine":{"m":[\#(action)]}}"#).fault != nil)
    }

    @Test(
        "what is no object has no sender to answer: a dead letter only",
        arguments: [
            ("", "not-json"), ("{", "not-json"), (#"{"a":1}{"#, "not-json"), ("[]", "wrong-schema"),
            ("7", "wrong-schema"), (#""text""#, "wrong-schema"), ("null", "wrong-schema"),
        ])
    func noObject(body: String, reason: String) {
        let reading = Self.read(body)
        #expect(reading.fact == nil && reading.fault?.reason.rawValue == reason)
    }

    @Test("a tombstone asks for nothing")
    func tombstone() {
        #expect(Self.read(nil).fact == nil)
        #expect(Self.read(nil).fault?.reason == .empty)
    }

    @Test("a record that is too large is answered too, if it can be read at all")
    func tooLarge() {
        let padding = String(repeating: " ", count: RecordReader.largestMessage)
        let reading = Self.read(Tutorial.killProcess + padding)
        #expect(reading.fault?.reason == .tooLarge && reading.fact?.fact == .refused)
    }
}
