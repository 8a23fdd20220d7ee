/// Damages documents, the same way in every run.
struct Mutator {
    var random: SeededGenerator

    static let events: [[UInt8]] = [
        #"{"id":"9b6c","revision":3,"at":"2026-11-22T10:00:00.123Z","score":-0.25e2,"malop":{"guid":"11.27","name":"Prozess – \u00fcbel"},"machines":[{"guid":"-18.11","online":true},{"guid":"x","online":false}],"tags":[],"note":null}"#,
        #"{"requestId":"r-1","actionsByMachine":{"-18.11":[{"targetId":"-18.-67","actionType":"KILL_PROCESS"}],"m2":[]},"reason":"c:\\windows\\\"x\"\t\uD83D\uDE00😀","dryRun":false,"retries":0}"#,
        #" [ 1 , -0 , 9007199254740993 , [ [ ] , { "a" : { } } ] , "日本\u0000" , 1E-3 , true , null , "" ] "#,
    ].map { Array($0.utf8) }

    private static let fragments: [[UInt8]] =
        [
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\uD800", "\\uDC00", "\\n", "0", "-", ".", "e", "+",
            "1e999", "null",
            "true", " ", "\n", "\t", "\"a\":1,", "[]", "{}", "é", "😀",
        ].map { Array($0.utf8) }
        + [
            [0x00], [0x1F], [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
            [0xEF, 0xBB, 0xBF],
        ]

    mutating func damaged(_ event: [UInt8]) -> [UInt8] {
        var bytes = event
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 1...8, using: &random))
            let fragment = Self.fragments.randomElement(using: &random) ?? []
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = UInt8.random(in: 0x20..<0x7F, using: &random)
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 4: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
            case 5: bytes.replaceSubrange(place..<end, with: fragment)
            case 6: if Int.random(in: 0..<8, using: &random) == 0 { bytes.removeSubrange(place...) }
            default: bytes.insert(contentsOf: fragment, at: place)
            }
        }
        return bytes
    }
}
