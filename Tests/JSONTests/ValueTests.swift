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
            #expect(try object.optionalDouble("ratio") == 1 && object.optionalObject("gone")?.value == nil)
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
