import JSON
import Testing

@Suite("Errors")
struct ErrorTests {
    @Test("an error reads as one line with byte, path and what was expected")
    func description() {
        let error = failure(#"{"t":[{"a":1},{"a" :"x"}]}"#) { root throws(JSONError) in
            _ = try root.object().array("t") { element throws(JSONError) in try element.object().int("a") }
        }
        #expect(error?.description == "wrong type at byte 20 ($.t[1].a): expected integer")
    }

    @Test(
        "an error in the grammar names the place as far as it is known",
        arguments: [
            (#"{"t":[{"a":1},{"a":tru}]}"#, "$.t[1].a"), ("[1,2,x]", "$[2]"), ("x", "$"), (#"{"a":"#, "$.a"),
            (#"{"a":{"b":[[],[1,"#, "$.a.b[1][1]"), (#"{"a":1 "b":2}"#, "$"), (#"{"a.b":01}"#, #"$["a.b"]"#),
            (#"{"a\"b":01}"#, #"$["a\"b"]"#), (#"{"":01}"#, #"$[""]"#), (#"{"a":[1,2],"b":{"c":nul}}"#, "$.b.c"),
        ])
    func grammarPath(_ text: String, _ path: String) {
        #expect(refusal(of: Array(text.utf8))?.path == path)
    }

    @Test("a long key is cut in a path")
    func longKey() {
        let error = refusal(of: Array("{\"\(String(repeating: "k", count: 100_000))\":x}".utf8))
        #expect(error?.path == "$[\"\(String(repeating: "k", count: 64))…\"]")
    }

    @Test("every value knows its path and its byte")
    func paths() throws {
        let text = #"{"a":[1,[2,{"b":3}],{}],"c":{"d":{"e":"x"}},"f":null}"#
        var found: [String] = []
        try withJSON(Array(text.utf8)) { root throws(JSONError) in
            func visit(_ value: JSONValue) {
                found.append("\(value.offset) \(value.path)")
                for element in value.elements { visit(element) }
                for (_, member) in value.members { visit(member) }
            }
            visit(root)
        }
        #expect(
            found == [
                "0 $", "5 $.a", "6 $.a[0]", "8 $.a[1]", "9 $.a[1][0]", "11 $.a[1][1]", "16 $.a[1][1].b", "20 $.a[2]",
                "28 $.c", "33 $.c.d", "38 $.c.d.e", "48 $.f",
            ])
    }

    @Test(
        "each wrong type is named",
        arguments: [
            ("1", "expected string"), ("\"x\"", "expected integer"), ("[]", "expected number"),
            ("0", "expected true or false"),
            ("\"[]\"", "expected array"), ("[1]", "expected object"),
        ])
    func types(_ text: String, _ note: String) {
        let error = failure(text) { root throws(JSONError) in
            switch note {
            case "expected string": _ = try root.string()
            case "expected integer": _ = try root.int()
            case "expected number": _ = try root.double()
            case "expected array": _ = try root.array { $0.isNull }
            case "expected object": _ = try root.object()
            default: _ = try root.bool()
            }
        }
        #expect(error?.code == .wrongType)
        #expect(error?.note == note)
    }

    @Test("a body may throw errors of its own")
    func otherErrors() {
        struct Mine: Error {}
        #expect(throws: Mine.self) { try withJSON([0x31]) { (_: JSONValue) throws -> Int in throw Mine() } }
        #expect(throws: JSONError.self) { try withJSON([0x31]) { (root: JSONValue) throws in try root.string() } }
        #expect(throws: JSONError.self) { try withJSON([]) { (_: JSONValue) throws -> Int in throw Mine() } }
    }

    @Test("the codes are words for machines")
    func codes() {
        #expect(JSONError.Code.duplicateKey.rawValue == "duplicate-key")
        #expect(Set(JSONError.Code.allCases.map(\.rawValue)).count == JSONError.Code.allCases.count)
    }
}
