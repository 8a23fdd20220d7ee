import Glibc

/// What an input may cost: far more than any of its size needs, and far less than what grows with its square.
struct FuzzLimits {
    /// After so many seconds the process is ended: it hangs.
    let hang: Int

    /// Processor time: something for each input, and more for each byte.
    private static let time = Duration.milliseconds(250)
    private static let timePerByte = Duration.microseconds(4)

    /// Memory, in bytes.
    private static let memory = 64 << 20
    private static let memoryPerByte = 500

    /// Feeds an input and measures it. A slow one is fed again before it is held against it: the machine may have been
    /// busy.
    func within(
        _ input: FuzzInput, _ effort: Int, _ feed: () async throws -> Verdict
    ) async throws -> Verdict {
        let most = Self.time + Self.timePerByte * input.size * effort
        var slowest = Duration.zero
        for _ in 1...3 {
            alarm(UInt32(hang))
            let (begun, peak) = (Self.processorTime, Self.peakMemory)
            let verdict = try await feed()
            let (took, grown) = (Self.processorTime - begun, Self.peakMemory - peak)
            let mostMemory = Self.memory + Self.memoryPerByte * input.size
            try require(grown <= mostMemory, "\(grown >> 20) MiB of memory for \(input.size) bytes")
            guard took > most else { return verdict }
            slowest = took
        }
        throw Violation("\(slowest) of processor time for \(input.size) bytes")
    }

    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// The most memory that the process ever had, in bytes.
    private static var peakMemory: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
