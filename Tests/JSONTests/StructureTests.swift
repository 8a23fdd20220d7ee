import JSON
import Testing

@Suite("Structure")
struct StructureTests {
    @Test(
        "the grammar's documents are accepted",
        arguments: [
            "{}", "[]", "null", "true", "false", "0", "\"\"", " \t\n\r{ } \n", "[[],{},[[]]]", #"{"":{"":[]}}"#,
            #" { "a" : [ 1 , true , false , null , "x" ] , "b" : { } } "#, "[1,\r\n2]", "[null,null]",
            #"{"a":1,"A":2,"a ":3}"#,
        ])
    func accepted(_ text: String) {
        Case(text).check()
    }

    @Test(
        "everything else is refused where it goes wrong",
        arguments: [
            Case("", .truncated, at: 0), Case(" \n", .truncated, at: 2), Case("[1,]", .unexpected, at: 3),
            Case("[,1]", .unexpected, at: 1), Case("[1,,2]", .unexpected, at: 3), Case("[,]", .unexpected, at: 1),
            Case(#"{"a":1,}"#, .unexpected, at: 7), Case("{,}", .unexpected, at: 1), Case("{1:2}", .unexpected, at: 1),
            Case(#"{a:1}"#, .unexpected, at: 1), Case(#"{'a':1}"#, .unexpected, at: 1),
            Case(#"{"a"}"#, .unexpected, at: 4),
            Case(#"{"a" 1}"#, .unexpected, at: 5), Case(#"{"a":}"#, .unexpected, at: 5),
            Case(#"{"a"::1}"#, .unexpected, at: 5),
            Case(#"{"a":1 "b":2}"#, .unexpected, at: 7), Case(#"{"a","b"}"#, .unexpected, at: 4),
            Case("[1:2]", .unexpected, at: 2),
            Case("[1}", .unexpected, at: 2), Case(#"{"a":1]"#, .unexpected, at: 6), Case("]", .unexpected, at: 0),
            Case("}", .unexpected, at: 0), Case("[", .truncated, at: 1), Case("[1", .truncated, at: 2),
            Case("[1,", .truncated, at: 3), Case("{", .truncated, at: 1), Case(#"{"a""#, .truncated, at: 4),
            Case(#"{"a":"#, .truncated, at: 5), Case(#"{"a":1"#, .truncated, at: 6),
            Case(#"{"a":1,"#, .truncated, at: 7),
            Case("[]]", .trailing, at: 2), Case("{} {}", .trailing, at: 3), Case("null,", .trailing, at: 4),
            Case("1\u{0}", .trailing, at: 1), Case("[]\u{A0}", .trailing, at: 2),
        ])
    func refused(_ refused: Case) {
        refused.check()
    }

    @Test(
        "words are spelled exactly",
        arguments: [
            Case("True", .unexpected, at: 0), Case("nul", .truncated, at: 3), Case("nulL", .unexpected, at: 0),
            Case("truE ", .unexpected, at: 0), Case("fals", .truncated, at: 4), Case("[falsy]", .unexpected, at: 1),
            Case("undefined", .unexpected, at: 0), Case("nullx", .trailing, at: 4),
            Case("[truefalse]", .unexpected, at: 5),
        ])
    func words(_ refused: Case) {
        refused.check()
    }

    @Test(
        "comments and other white space are refused",
        arguments: [
            "//x\n1", "/**/1", "#\n1", "[1,\u{B}2]", "[1,\u{C}2]", "\u{A0}1", "\u{2028}1", "[1\u{85}]", "[\u{FEFF}1]",
        ])
    func noise(_ text: String) {
        Case(text, .unexpected).check()
    }
}

@Suite("Limits")
struct LimitTests {
    static func nested(_ depth: Int, _ open: String, _ close: String, _ core: String = "") -> String {
        String(repeating: open, count: depth) + core + String(repeating: close, count: depth)
    }

    @Test("containers may be nested as deep as the limit, not deeper")
    func depth() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            Case(Self.nested(64, open, close, "1")).check()
            Case(Self.nested(65, open, close, "1"), .depth, at: 64 * open.utf8.count).check()
        }
        Case(Self.nested(100_000, "[", ""), .depth, at: 64).check()
        Case("[" + Array(repeating: Self.nested(63, "[", "]"), count: 50).joined(separator: ",") + "]").check()
        Case("1").check(JSONLimits(maxBytes: 10, maxDepth: 0))
        Case("[]", .depth).check(JSONLimits(maxBytes: 10, maxDepth: 0))
    }

    @Test("an object may have as many keys as the limit, each object for itself")
    func keys() {
        let limits = JSONLimits(maxBytes: 1 << 20, maxKeys: 100)
        func object(_ count: Int) -> String {
            "{" + (0..<count).map { "\"key\($0)\":{}" }.joined(separator: ",") + "}"
        }
        Case(object(100)).check(limits)
        Case(object(101), .tooManyKeys).check(limits)
        Case("[\(object(100)),\(object(100))]").check(limits)
        Case("{\"a\":\(object(99)),\"b\":\(object(100))}").check(limits)
        Case(object(4096)).check()
        Case(object(4097), .tooManyKeys).check()
    }

    @Test("a document may be as large as the limit")
    func size() {
        Case("[1]   ").check(JSONLimits(maxBytes: 6))
        Case("[1]    ", .tooLarge, at: 6).check(JSONLimits(maxBytes: 6))
        Case(Array("\"".utf8) + Array(repeating: 0x61, count: 1 << 20) + Array("\"".utf8)).check()
        #expect(JSONLimits(maxBytes: .max, maxDepth: .max).maxBytes == 268_435_455)
        #expect(JSONLimits(maxBytes: .max, maxDepth: .max).maxDepth == 1024)
        #expect(JSONLimits(maxBytes: -1, maxDepth: -1, maxKeys: -1) == JSONLimits(maxBytes: 0, maxDepth: 0, maxKeys: 0))
    }

    @Test("the densest documents fit on the tape")
    func dense() {
        for core in ["[],", "1,", "{},", "[1],", "[[]],", "\"\",", "{\"\":1},"] {
            let list = String(repeating: core, count: 5000).dropLast()
            Case("[\(list)]").check()
            Case(Self.nested(60, "[", "]", "[\(list)]")).check()
            Case(Self.nested(60, "[", "", "[\(list)"), .truncated).check()
        }
    }
}

@Suite("Duplicate keys")
struct DuplicateKeyTests {
    @Test(
        "a key that stands twice is refused at the second, however it is escaped",
        arguments: [
            Case(#"{"a":1,"a":2}"#, .duplicateKey, at: 7), Case(#"{"":1,"":2}"#, .duplicateKey, at: 6),
            Case(#"{"a":1,"\u0061":2}"#, .duplicateKey, at: 7), Case(#"{"\u0061":1,"a":2}"#, .duplicateKey, at: 12),
            Case(#"{"\u00e9":1,"é":2}"#, .duplicateKey), Case(#"{"\n":1,"\u000A":2}"#, .duplicateKey),
            Case(#"{"\/":1,"/":2}"#, .duplicateKey), Case(#"{"\uD83D\uDE00":1,"😀":2}"#, .duplicateKey),
            Case(#"{"a":{"b":1,"b":2}}"#, .duplicateKey, at: 12), Case(#"[{"x":1,"y":[{}],"x":2}]"#, .duplicateKey),
            Case(#"{"a":{"b":1},"c":0,"a":{"b":1}}"#, .duplicateKey, at: 19),
        ])
    func refused(_ refused: Case) {
        refused.check()
    }

    @Test(
        "keys that differ are accepted",
        arguments: [
            #"{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}"#, #"{"a":1,"A":2}"#, #"{"\\u0061":1,"a":2}"#,
            #"{"a\u0000":1,"a":2}"#,
            "{\"\u{E9}\":1,\"e\u{301}\":2}", #"{"ab":1,"ba":2,"aab":3,"abb":4}"#,
        ])
    func accepted(_ text: String) {
        Case(text).check()
    }

    @Test("the path names the key")
    func path() {
        #expect(refusal(of: Array(#"{"t":[0,{"x":1,"\u0078":2}]}"#.utf8))?.path == "$.t[1].x")
        #expect(refusal(of: Array(#"{"t":[0,{"x":1,"x":2}]}"#.utf8))?.path == "$.t[1].x")
    }

    @Test("one of many keys is found again, whether few or many stand between")
    func many() {
        for count in [2, 31, 32, 33, 34, 64, 65, 500] {
            let keys = (0..<count).map { "\"k\($0)\":[{\"k\":\($0)}]" }
            Case("{\(keys.joined(separator: ","))}").check()
            for twice in [0, count / 2, count - 1] {
                Case("{\(keys.joined(separator: ",")),\"k\(twice)\":0}", .duplicateKey).check()
            }
        }
    }
}
