import JSON
import Model
import Testing

/// What is said of every message alike.
@Suite struct MessageTests {
    @Test("Every message comes back from its JSON as it was, filled and minimal")
    func roundTrip() throws {
        struct RoundTrip: Samples.Visitor {
            func visit<Message: Event & Equatable>(_ pair: Samples.Pair<Message>) throws {
                #expect(try Message(json: pair.filled.json()) == pair.filled)
                #expect(try Message(json: pair.minimal.json()) == pair.minimal)
            }
        }
        try Samples.all(RoundTrip())
    }

    @Test("Every message looks as its checked-in sample: a difference is a change of the contract")
    func golden() throws {
        struct Golden: Samples.Visitor {
            func visit<Message: Event & Equatable>(_ pair: Samples.Pair<Message>) throws {
                for (message, kind) in [(pair.filled, "filled"), (pair.minimal, "minimal")] {
                    let sample = try RepositoryFile.json("Tests/Contracts/samples/\(pair.name).\(kind).json")
                    let written = String(decoding: message.json(), as: UTF8.self)
                    #expect(try JSONTree(message.json()) == sample, "\(pair.name), \(kind): \(written)")
                }
            }
        }
        try Samples.all(Golden())
    }

    @Test("A message's id and time come from what it says, so that saying it again makes the same id")
    func stableIDs() throws {
        struct Stable: Samples.Visitor {
            func visit<Message: Event & Equatable>(_ pair: Samples.Pair<Message>) throws {
                let again = try Message(json: pair.filled.json())
                #expect(again.eventID == pair.filled.eventID)
                #expect(again.eventTime == pair.filled.eventTime)
                #expect(again.eventID.count >= 16)
            }
        }
        try Samples.all(Stable())
    }

    @Test("A field that no release knows is passed over")
    func unknownFields() throws {
        struct Unknown: Samples.Visitor {
            func visit<Message: Event & Equatable>(_ pair: Samples.Pair<Message>) throws {
                let known = String(decoding: pair.filled.json(), as: UTF8.self)
                let text = #"{"fromTheFuture":{"a":[1,null]},"# + known.dropFirst()
                #expect(try Message(json: Array(text.utf8)) == pair.filled)
            }
        }
        try Samples.all(Unknown())
    }

    @Test("A field that must be there and is not is named")
    func missingFields() throws {
        struct Missing: Samples.Visitor {
            func visit<Message: Event & Equatable>(_ pair: Samples.Pair<Message>) throws {
                let error = #expect(throws: JSONError.self) { try Message(json: Array("{}".utf8)) }
                #expect(error?.code == .missing, "\(pair.name)")
            }
        }
        try Samples.all(Missing())
    }

    @Test("The headers are CloudEvents' binary mode in a fixed order")
    func headers() {
        let event = CloudEvent(Samples.detections.filled, source: "/riposte/detector")
        #expect(
            event.headers.map(\.name) == [
                "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "content-type",
            ])
        #expect(
            event.headers.map(\.value) == [
                "1.0", Samples.detections.filled.detectionId, "riposte.detection.v1", "/riposte/detector",
                "2026-11-22T10:00:00.123Z", "application/json",
            ])
    }
}
