extension Duration {
    /// Within 1 ms and 24 h, so that no limit is without end and none overflows.
    var clampedToLimit: Duration { min(max(self, .milliseconds(1)), .seconds(86_400)) }

    /// Whole milliseconds, rounded up.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
