/// One thing to measure, and the best time that was seen.
struct Measurement {
    let name: String
    let work: () throws -> Void
    /// Microseconds per call; the least of all rounds, because whatever else runs can only add to it.
    private(set) var best = Double.infinity

    init(_ name: String, _ work: @escaping () throws -> Void) {
        self.name = name
        self.work = work
    }

    /// Runs the work for about two milliseconds and keeps the time if it is the best.
    mutating func round() throws {
        let clock = ContinuousClock()
        var calls = 0
        let start = clock.now
        var elapsed = Duration.zero
        repeat {
            for _ in 0..<16 { try work() }
            calls += 16
            elapsed = clock.now - start
        } while elapsed < .milliseconds(2)
        best = min(best, elapsed / .microseconds(1) / Double(calls))
    }
}

/// Takes a result, so that the compiler cannot leave out what made it.
@inline(never)
func use<T>(_ value: borrowing T) {}
