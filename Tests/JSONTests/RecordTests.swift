import JSON
import Testing

@Suite("One field list for both directions")
struct RecordTests {
    static func error<R: JSONRecord>(_ type: R.Type, _ text: String) -> JSONError? {
        do throws(JSONError) {
            _ = try R(json: Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test("an empty record and one with every field read back as they were written")
    func roundTrip() throws {
        var record = Everything()
        #expect(try Everything(json: record.json()) == record)
        record.text = "a\u{0}b\"\\/\n\u{1F600}é"
        record.optionalText = ""
        record.optionalInt = .min
        record.long = .max
        record.optionalLong = -1
        record.double = -0.125
        record.optionalDouble = 1e300
        record.optionalBool = false
        record.strings = ["x", ""]
        record.optionalStrings = []
        record.optionalTime = Timestamp(milliseconds: 1_795_341_600_123)
        record.raw = try JSONText(Array(#" {"x" : [1, 2.50]} "#.utf8))
        record.optionalRaw = JSONText(Machine(guid: "m"))
        record.optionalMachine = Machine(guid: "g", name: "n", isOnline: true)
        record.optionalMachines = [Machine(), Machine(guid: "x")]
        record.groups = ["b": [Machine()], "a": []]
        record.optionalGroups = [:]
        record.optionalLabels = ["k\"": "v", "": ""]
        record.optionalVerdict = .malicious
        record.statuses = [Status(rawValue: "NEW_ONE")]
        record.optionalStatuses = []
        #expect(try Everything(json: record.json()) == record)
    }

    @Test("fields are written in the list's order, dictionaries by the bytes of their keys, nil not at all")
    func bytes() throws {
        let machine = Machine(guid: "g", isOnline: true)
        #expect(String(decoding: machine.json(), as: UTF8.self) == #"{"guid":"g","isOnline":true}"#)
        var record = Everything()
        record.labels = ["é": "5", "b": "2", "B": "1", "𝒳": "7", "～": "6", "f": "4", "e\u{301}x": "3"]
        let text = String(decoding: record.json(), as: UTF8.self)
        let labels = #"{"B":"1","b":"2","e\#u{301}x":"3","f":"4","é":"5","～":"6","𝒳":"7"}"#
        #expect(text.contains(#""labels":"# + labels))
        #expect(!text.contains("null,\"optional") && !text.contains("optional"))
    }

    @Test("the order of the fields, unknown fields and escaped keys do not matter")
    func order() throws {
        let text = #"{"new":{"guid":"no"},"isOnline":true,"x":[],"n\u0061me":"n","guid":"g","y":null}"#
        #expect(try Machine(json: Array(text.utf8)) == Machine(guid: "g", name: "n", isOnline: true))
    }

    @Test("null and absence are the same for an optional field")
    func null() throws {
        #expect(try Machine(json: Array(#"{"guid":"g","name":null,"isOnline":false}"#.utf8)).name == nil)
        #expect(try Machine(json: Array(#"{"guid":"g","isOnline":false}"#.utf8)).name == nil)
    }

    @Test("a required field that is absent or null is an error with its path")
    func missing() {
        let absent = Self.error(Machine.self, #"{"guid":"g"}"#)
        #expect(absent?.description == "missing at byte 0 ($.isOnline): required")
        let null = Self.error(Machine.self, #"{"guid":null,"isOnline":true}"#)
        #expect(null?.description == "wrong type at byte 8 ($.guid): expected string")
        let nested = Self.error(Groups.self, #"{"groups":{"a b":[{"guid":"g"}]}}"#)
        #expect(nested?.description == #"missing at byte 18 ($.groups["a b"][0].isOnline): required"#)
    }

    @Test(
        "each type of field is checked",
        arguments: [
            (#"{"groups":[]}"#, "wrong type at byte 10 ($.groups): expected object"),
            (#"{"groups":{"a":{}}}"#, "wrong type at byte 15 ($.groups.a): expected array"),
            (
                #"{"groups":{},"verdict":"BAD"}"#,
                #"invalid at byte 23 ($.verdict): "BAD" is none of malicious, suspicious, indifferent"#
            ),
            (#"{"groups":{},"verdict":1}"#, "wrong type at byte 23 ($.verdict): expected string"),
            (
                #"{"groups":{},"time":"yesterday"}"#,
                "invalid at byte 20 ($.time): expected a time such as 2026-11-22T10:00:00.123Z"
            ),
            (#"{"groups":{},"count":-1}"#, "invalid at byte 21 ($.count): must not be negative"),
            (#"{"groups":{},"count":1.0}"#, "wrong type at byte 21 ($.count): expected integer"),
            (#"[]"#, "wrong type at byte 0 ($): expected object"),
        ])
    func checked(_ text: String, _ message: String) {
        #expect(Self.error(Groups.self, text)?.description == message)
    }

    @Test("a field with a default is read where it stands and always written")
    func defaults() throws {
        var record = Groups()
        record.count = 7
        #expect(try Groups(json: record.json()).count == 7)
        #expect(try Groups(json: Array(#"{"groups":{}}"#.utf8)).count == 5)
        #expect(try Groups(json: Array(#"{"groups":{},"count":null}"#.utf8)).count == 5)
    }

    @Test("keys that Swift takes for equal are refused rather than merged")
    func canonicallyEqualKeys() {
        let error = Self.error(Groups.self, "{\"groups\":{\"\u{E9}\":[],\"e\u{301}\":[]}}")
        #expect(error?.code == .duplicateKey)
    }

    @Test("a record can be read from a part of a document and written as a part of one")
    func parts() throws {
        let machine = Machine(guid: "g", name: nil, isOnline: true)
        var writer = JSONWriter()
        writer.object {
            $0.field("machine", machine)
            $0.field("machines", [machine, machine])
        }
        try withJSON(writer.finish()) { root throws in
            let object = try root.object()
            #expect(try Machine(reading: object.required("machine")) == machine)
            #expect(try object.array("machines") { each throws(JSONError) in try Machine(reading: each) }.count == 2)
        }
    }
}

private struct Groups: JSONRecord {
    var groups: [String: [Machine]] = [:]
    var verdict: Verdict?
    var time: Timestamp?
    var count = 0

    mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("groups", &groups)
        try c("verdict", &verdict)
        try c("time", &time)
        try c("count", &count, default: 5)
        try c.check(count >= 0, "count", "must not be negative")
    }
}
