/// Damages bytes, whatever they are.
struct ByteMutator {
    var random: SeededGenerator

    private static let fragments: [[UInt8]] =
        [
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\uD800", "\\uDC00", "\\n", "0", "-", ".", "e", "1e999",
            "null", "true", " ", "\n", "\r\n", "\t", "\"a\":1,", "[]", "{}", "é", "😀", "<html>", "<title>", "login",
            "error", "%", "%00", "%zz", "..", "/", "//", "#", "?", "&", ";", "=", "Z", "GMT", "-1",
            "99999999999999999999",
        ].map { Array($0.utf8) }
        + [
            [0x00], [0x1F], [0x7F], [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
            [0xEF, 0xBB, 0xBF], [0x1B, 0x5B, 0x32, 0x4A], [0xE2, 0x80, 0xAE],
        ]

    mutating func damage(_ bytes: inout [UInt8], with other: [UInt8]) {
        for _ in 0...random.below(4) {
            guard !bytes.isEmpty else { return bytes = random.pick(Self.fragments) }
            let place = random.below(bytes.count)
            let end = min(bytes.count, place + 1 + random.below(random.oneIn(4) ? bytes.count : 8))
            let fragment = random.pick(Self.fragments)
            switch random.below(11) {
            case 0: bytes[place] ^= 1 << UInt8(random.below(8))
            case 1: bytes[place] = UInt8(random.below(256))
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 4: bytes.swapAt(place, random.below(bytes.count))
            case 5: bytes.replaceSubrange(place..<end, with: fragment)
            case 6: if random.oneIn(4) { bytes.removeSubrange(place...) }
            case 7: splice(&bytes, other, at: place)
            case 8: if random.oneIn(8) { repeatSpan(&bytes, place..<end) }
            case 9: for index in place..<end { bytes[index] = UInt8(random.below(256)) }
            default: bytes.insert(contentsOf: fragment, at: place)
            }
        }
    }

    /// One beginning, another end.
    private mutating func splice(_ bytes: inout [UInt8], _ other: [UInt8], at place: Int) {
        guard !other.isEmpty else { return }
        bytes.replaceSubrange(place..., with: other[random.below(other.count)...])
    }

    /// The same again and again, up to some ten thousand bytes.
    private mutating func repeatSpan(_ bytes: inout [UInt8], _ span: Range<Int>) {
        let text = Array(bytes[span])
        let times = random.below(max(1, (random.oneIn(4) ? 65_536 : 2048) / text.count))
        bytes.insert(contentsOf: repeatElement(text, count: times).joined(), at: span.lowerBound)
    }
}
