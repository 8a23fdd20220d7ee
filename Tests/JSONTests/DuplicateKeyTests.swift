import JSON
import Testing

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
