import JSON
import Testing

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
