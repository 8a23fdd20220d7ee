import JSON
import Testing

@Suite("Writer")
struct WriterTests {
    @Test("commas stand where they belong")
    func commas() {
        var writer = JSONWriter(capacity: 1)
        writer.object { writer in
            writer.key("empty")
            writer.array { _ in }
            writer.key("list")
            writer.array { list in
                list.value(1)
                list.null()
                list.object { _ in }
                list.array { $0.value(true) }
                list.value("x")
            }
            writer.key(String("run\ntime"))
            writer.value(0.5)
            writer.field("nothing", String?.none)
            writer.field("at", Timestamp(milliseconds: 0))
            writer.field("text", JSONText(writing: { $0.value(7) }))
            writer.field("word", Verdict.malicious)
            writer.field("words", [Verdict.malicious, .suspicious])
        }
        let expected =
            #"{"empty":[],"list":[1,null,{},[true],"x"],"run\ntime":0.5,"at":"1970-01-01T00:00:00.000Z","text":7,"#
            + #""word":"malicious","words":["malicious","suspicious"]}"#
        #expect(String(decoding: writer.finish(), as: UTF8.self) == expected)
    }

    @Test("an error inside of a container comes out")
    func errors() {
        struct Failure: Error {}
        #expect(throws: Failure.self) {
            var writer = JSONWriter()
            try writer.object { _ throws(Failure) in throw Failure() }
            _ = writer.finish()
        }
    }

    @Test("a buffer that grows keeps what it has")
    func growth() throws {
        var writer = JSONWriter(capacity: 1)
        let parts = (0..<200).map { String(repeating: "é\n", count: $0) }
        writer.array { for part in parts { $0.value(part) } }
        let bytes = writer.finish()
        #expect(
            try withJSON(bytes) { root throws in
                try root.array { each throws(JSONError) in try each.string() }
            } == parts)
    }
}
