import JSON
import Testing

@Suite("Kept values")
struct TextTests {
    @Test("only one whole JSON value can be kept, without what stands around it")
    func checked() throws {
        #expect(try JSONText(Array(" [1, 2]\n".utf8)).description == "[1, 2]")
        for text in ["", "[1", "1 2", "{'a':1}", "\u{FEFF}1"] {
            #expect(throws: JSONError.self) { try JSONText(Array(text.utf8)) }
        }
    }

    @Test("a kept value is nested half as deep as a document, so that its event stays readable")
    func depth() throws {
        let deepest = try JSONText(Array(LimitTests.nested(32, "[", "]").utf8))
        #expect(throws: JSONError.self) { try JSONText(Array(LimitTests.nested(33, "[", "]").utf8)) }
        var record = Everything()
        record.optionalRaw = deepest
        #expect(try Everything(json: record.json()) == record)
        let text = String(decoding: record.json(), as: UTF8.self)
        let deeper = text.replacing(deepest.description, with: LimitTests.nested(33, "[", "]"))
        let error = RecordTests.error(Everything.self, deeper)
        #expect(error?.code == .depth && error?.path == "$.optionalRaw")
        #expect(
            try Everything(json: Array(text.replacing(deepest.description, with: "[[[]],[[],[[]]]]").utf8)) != record)
    }

    @Test("compacting removes white space between parts, none inside of strings")
    func compact() throws {
        let text = try JSONText(Array("{ \"a b\" :\n[ 1 ,\t\" \\\" x \\\\\" , \"\" ] }".utf8))
        #expect(text.compact().description == #"{"a b":[1," \" x \\",""]}"#)
    }
}
