import JSON
import Testing

@Suite("Strings")
struct StringTests {
    static func read(_ text: String) throws -> String {
        try withJSON(Array(text.utf8)) { root throws(JSONError) in try root.string() }
    }

    @Test(
        "escapes mean what RFC 8259 says",
        arguments: [
            (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9""#, "Aé"),
            (#""\u20AC\u20ac""#, "€€"), (#""\uD83D\uDE00""#, "\u{1F600}"), (#""\ud800\udc00""#, "\u{10000}"),
            (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\uFFFF\uFEFF""#, "\u{FFFF}\u{FEFF}"),
            (#""x\u0000y""#, "x\u{0}y"), (#""é\n日本\u00e9 1234567890""#, "é\n日本é 1234567890"), ("\"\u{7F}\"", "\u{7F}"),
            (#""\\u0041""#, #"\u0041"#), ("\"\u{2028}\u{2029}\"", "\u{2028}\u{2029}"),
        ])
    func meaning(_ text: String, _ value: String) throws {
        #expect(try Array(Self.read(text).unicodeScalars) == Array(value.unicodeScalars))
    }

    @Test(
        "anything else behind a backslash is refused at the backslash",
        arguments: [
            Case(#""\x41""#, .badString, at: 1), Case(#""\'""#, .badString, at: 1), Case(#""a\0""#, .badString, at: 2),
            Case(#""\U0041""#, .badString, at: 1), Case(#""\u00g0""#, .badString, at: 1),
            Case(#""\u+041""#, .badString, at: 1), Case(#""\u 041""#, .badString, at: 1),
            Case(#""\u12"  "#, .badString, at: 1), Case("\"\\\n\"", .badString, at: 1),
            Case(#""\é""#, .badString, at: 1),
        ])
    func badEscapes(_ refused: Case) {
        refused.check()
    }

    @Test(
        "half a surrogate pair is refused, wherever the other half should be",
        arguments: [
            Case(#""\uD800""#, .loneSurrogate, at: 1), Case(#""\uDC00""#, .loneSurrogate, at: 1),
            Case(#""\uD800x12345""#, .loneSurrogate, at: 1), Case(#""\uD800\n12345""#, .loneSurrogate, at: 1),
            Case(#""\uD800\uD800""#, .loneSurrogate, at: 1), Case(#""\uD83D\u0041""#, .loneSurrogate, at: 1),
            Case(#""\uDE00\uD83D""#, .loneSurrogate, at: 1), Case(#"{"\uD800":1}"#, .loneSurrogate, at: 2),
            Case(#""\uD83D\uDE00\uD83D""#, .loneSurrogate, at: 13), Case(#"{"skipped":["\udfff"]}"#, .loneSurrogate),
        ])
    func surrogates(_ refused: Case) {
        refused.check()
    }

    @Test("every control character must be escaped", arguments: UInt8(0)..<0x20)
    func controls(_ byte: UInt8) {
        Case([0x22, byte, 0x22], .badString, at: 1).check()
        Case(Array("\"0123456789".utf8) + [byte] + Array("0123456789\"".utf8), .badString, at: 11).check()
        Case(Array("{\"a".utf8) + [byte] + Array("\":1}".utf8), .badString, at: 3).check()
    }

    @Test(
        "a string must end",
        arguments: [
            "\"", "\"abc", "\"abc\\", "\"abc\\\"", "\"\\u", "\"\\u00", "\"\\u004", "{\"a", "[\"12345678",
            "\"\\uD83D\\uDE0",
        ])
    func unterminated(_ text: String) {
        let error = refusal(of: Array(text.utf8))
        #expect(error?.code == .truncated || error?.code == .loneSurrogate)
    }

    @Test("a special character is found at every place of every length")
    func everyPlace() throws {
        for length in 0..<40 {
            for place in 0...length {
                for special in ["\"", "\\", "\n", "é", "\u{1F600}", "\u{0}"] {
                    let text =
                        String(repeating: "a", count: place) + special + String(repeating: "b", count: length - place)
                    var writer = JSONWriter()
                    writer.value(text)
                    let bytes = writer.finish()
                    #expect(try withJSON(bytes) { root throws(JSONError) in try root.string() } == text)
                }
            }
        }
    }

    @Test("only what must be escaped is escaped")
    func written() {
        var writer = JSONWriter()
        writer.value("a\"b\\c/d\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é\u{2028}\u{1F600}")
        #expect(
            String(decoding: writer.finish(), as: UTF8.self)
                == #""a\"b\\c/d\b\f\n\r\t\u0000\u001f"# + "\u{7F}é\u{2028}\u{1F600}\"")
    }
}
