import JSON
import Testing

@Suite("Cursors over loose answers")
struct ValueTests {
    static let answer = #"""
        {"status":"SUCCESS","count":3,"ratio":1.0,"on":true,"gone":null,"list":[1,"x",null,{"k":[]}],"big":1e400,
         "times":["1446021600000","-7","x",""],"flags":["true","false","TRUE"],"numbers":["1.5","inf","0x1p3"," 1"]}
        """#

    @Test("what is there is found by key and index")
    func found() throws {
        try withJSON(Array(Self.answer.utf8)) { root throws in
            #expect(root["status"]?.asString == "SUCCESS")
            #expect(root["count"]?.asInt64 == 3)
            #expect(root["ratio"]?.asInt64 == 1)
            #expect(root["ratio"]?.asDouble == 1)
            #expect(root["on"]?.asBool == true)
            #expect(root[named: "on"]?.asBool == true)
            #expect(root["list"]?[index: 3]?["k"]?.kind == .array)
            #expect(root["list"]?.elements.map(\.kind) == [.number, .string, .null, .object])
            #expect(root.members.map(\.key).prefix(3) == ["status", "count", "ratio"])
            #expect(root.members.first { $0.key == "gone" }?.value.isNull == true)
        }
    }

    @Test("numbers and truths in strings are understood, as the console writes them")
    func strings() throws {
        try withJSON(Array(Self.answer.utf8)) { root throws in
            #expect(root["times"]?.elements.map(\.asInt64) == [1_446_021_600_000, -7, nil, nil])
            #expect(root["flags"]?.elements.map(\.asBool) == [true, false, nil])
            #expect(root["numbers"]?.elements.map(\.asDouble) == [1.5, nil, nil, nil])
        }
    }

    @Test("what is absent, null or of another type is nil, never an error")
    func loose() throws {
        try withJSON(Array(Self.answer.utf8)) { root throws in
            #expect(root["absent"] == nil && root["gone"] == nil && root["status"]?["x"] == nil)
            #expect(root["status"]?.asInt64 == nil && root["status"]?.asBool == nil && root["count"]?.asString == nil)
            #expect(root["big"]?.asDouble == nil && root["big"]?.asInt64 == nil && root["on"]?.asDouble == nil)
            #expect(root["list"]?[index: 2] == nil && root["list"]?[index: 4] == nil && root["list"]?[index: -1] == nil)
            #expect(root["status"]?.elements.first { _ in true } == nil)
            #expect(root["list"]?.members.first { _ in true } == nil)
        }
    }

    @Test("an object's strict accessors tell absent, null and wrong apart")
    func object() throws {
        try withJSON(Array(Self.answer.utf8)) { root throws in
            let object = try root.object()
            #expect(object.find("gone")?.isNull == true && object.find("absent") == nil)
            #expect(object.optional("gone") == nil)
            #expect(try object.string("status") == "SUCCESS" && object.int("count") == 3 && object.bool("on"))
            #expect(try object.double("ratio") == 1)
            #expect(try object.optionalString("gone") == nil && object.optionalInt("absent") == nil)
            #expect(try object.optionalBool("on") == true)
            #expect(object.value.kind == .object)
        }
        #expect(
            failure(Self.answer) { root throws(JSONError) in _ = try root.object().object("absent") }?.code == .missing)
        #expect(
            failure(Self.answer) { root throws(JSONError) in _ = try root.object().optionalInt("status") }?.code
                == .wrongType)
        #expect(
            failure(Self.answer) { root throws(JSONError) in _ = try root.object().object("gone") }?.code == .wrongType)
    }

    @Test(
        "the text of a value is what the sender wrote",
        arguments: [
            (#"{"a" : [1, "]}\"" ,{ }] , "x":1}"#, #"[1, "]}\"" ,{ }]"#), (#"{"a":"\u0041\\"}"#, #""\u0041\\""#),
            (#"{"a":1.50e0 }"#, "1.50e0"), (#"{"a":{}}"#, "{}"), (#"{"a":null}"#, "null"), (#"{"a":false}"#, "false"),
        ])
    func text(_ document: String, _ text: String) throws {
        let found = try withJSON(Array(document.utf8)) { root throws in
            try root.object().required("a").text()
        }
        #expect(found.description == text)
    }
}

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
