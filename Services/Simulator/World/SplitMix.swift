/// A small generator with a seed, so that a run can be repeated. Nothing here is secret.
struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Hexadecimal digits, two for each byte.
    mutating func hex(bytes count: Int, uppercase: Bool) -> String {
        (0..<count).map { _ in
            let digits = String(UInt8.random(in: .min ... .max, using: &self), radix: 16, uppercase: uppercase)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// A version 4 UUID.
    mutating func uuid() -> String {
        var digits = Array(hex(bytes: 16, uppercase: false))
        digits[12] = "4"
        digits[16] = "a"
        let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return cuts.map { String(digits[$0]) }.joined(separator: "-")
    }
}
