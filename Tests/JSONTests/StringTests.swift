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

@Suite("UTF-8")
struct UTF8Tests {
    static let malformed: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF],
        [0xE2, 0x82], [0xE2, 0x82, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0xAF],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
        [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
    ]

    @Test(
        "malformed bytes are refused where they start: in values, keys and fields that nobody reads",
        arguments: malformed)
    func refused(_ bytes: [UInt8]) {
        let quote: [UInt8] = [0x22]
        Case(quote + bytes + quote, .badUTF8, at: 1).check()
        Case(Array("\"é0123456789".utf8) + bytes + quote, .badUTF8, at: 13).check()
        Case(Array("{\"a".utf8) + bytes + Array("\":1}".utf8), .badUTF8, at: 3).check()
        Case(Array("{\"skipped\":[{\"a\":\"".utf8) + bytes + Array("\"}]}".utf8), .badUTF8, at: 18).check()
    }

    @Test(
        "the first and the last character of every length survive",
        arguments: ["\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}"])
    func edges(_ text: String) throws {
        #expect(try StringTests.read("\"\(text)\"") == text)
        #expect(try StringTests.read("\"ab\(text)\(text)0123456789\(text)\"") == "ab\(text)\(text)0123456789\(text)")
    }

    @Test(
        "other encodings and a byte order mark are refused",
        arguments: [
            Case([0xEF, 0xBB, 0xBF, 0x31], .unexpected, at: 0), Case([0xFE, 0xFF, 0x00, 0x31], .unexpected, at: 0),
            Case([0xFF, 0xFE, 0x31, 0x00], .unexpected, at: 0), Case([0x31, 0x00], .trailing, at: 1),
            Case([0x00, 0x31], .unexpected, at: 0), Case([0x7B, 0x00, 0x7D, 0x00], .unexpected, at: 1),
        ])
    func encodings(_ refused: Case) {
        refused.check()
    }

    @Test("the byte order mark is named")
    func mark() {
        #expect(refusal(of: [0xEF, 0xBB, 0xBF, 0x31])?.note == "a byte order mark is not allowed")
    }
}
