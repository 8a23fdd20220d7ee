import Signing
import Testing

@Suite("Base64 has one text for any bytes")
struct Base64Tests {
    @Test(
        "the vectors of RFC 4648 §10, both ways",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(text.utf8) == Array(plain.utf8))
    }

    @Test("every byte comes back, whatever stands around it")
    func roundTrip() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count &* 11) }
            #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
        }
        let all = (0...255).map { UInt8($0) }
        #expect(Base64.decode(Base64.encode(all).utf8) == all)
    }

    @Test(
        "any other text is none: no padding, too much of it, in the middle, bits left over, line ends, URL letters",
        arguments: [
            "Zg", "Zg=", "Zm8", "Zm9v=", "Zm9v====", "====", "Z===", "=", "Zg==Zg==", "Z=9v", "Zh==", "Zm9=", "Zm9v\n",
            " Zm9v", "Zm 9", "-_-_", "Zm9vé",
        ])
    func strict(text: String) { #expect(Base64.decode(text.utf8) == nil) }
}
