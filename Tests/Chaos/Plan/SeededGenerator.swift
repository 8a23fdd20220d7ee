/// Random numbers that follow from a seed (SplitMix64), so that a run can be played again.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True in so many of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    /// A time in a range, to the millisecond.
    mutating func time(_ range: ClosedRange<Double>) -> Duration {
        .milliseconds(Int(Double.random(in: range, using: &self) * 1000))
    }

    /// Lower-case hexadecimal digits.
    mutating func hex(_ digits: Int) -> String {
        (0..<digits).map { _ in String(Int.random(in: 0..<16, using: &self), radix: 16) }.joined()
    }
}
