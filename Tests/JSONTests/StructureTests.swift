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
