import Runtime

/// Which inputs are fed, by `FUZZ_SEED`, `FUZZ_INPUTS`, `FUZZ_FIRST`, `FUZZ_SECONDS`,
/// `FUZZ_PROCESSES`, `FUZZ_GROWTH` and `FUZZ_HANG`.
struct FuzzPlan: Sendable {
    var seed: UInt64 = 1
    var first = 0
    /// How many damaged inputs of topics and answers are asked for.
    var count = 5000

    /// After so many seconds no further input is fed; the run has failed if some are left by then.
    var seconds = 240

    /// After so many seconds with one input, the process hangs.
    var hang = 60

    /// Whether, besides, each list of the seeds is fed once very long.
    var grows = false

    /// How many processes share the inputs.
    var processes = 2

    /// The plan that an environment asks for.
    ///
    /// - Throws: `ConfigurationError` with what is wrong.
    init(_ environment: [String: String]) throws {
        var reader = ConfigurationReader(environment: environment)
        seed = UInt64(reader.int("FUZZ_SEED", "What all inputs follow from", in: 0...Int.max, default: 1))
        first = reader.int("FUZZ_FIRST", "The first input", in: 0...2 * Self.growth, default: first)
        count = reader.int(
            "FUZZ_INPUTS", "How many damaged inputs of topics and answers", in: 1...Self.growth / 2, default: count)
        seconds = reader.int("FUZZ_SECONDS", "How long at most", in: 1...86_400, default: seconds)
        hang = reader.int("FUZZ_HANG", "Seconds until one input is held to hang", in: 1...3600, default: hang)
        processes = reader.int("FUZZ_PROCESSES", "Processes that share the inputs", in: 1...64, default: processes)
        grows = reader.bool("FUZZ_GROWTH", "Whether each list of the seeds is fed once very long", default: false)
        try reader.finish()
    }

    /// The same plan for a child.
    var environment: [String: String] {
        [
            "FUZZ_SEED": "\(seed)", "FUZZ_FIRST": "\(first)", "FUZZ_INPUTS": "\(count)", "FUZZ_SECONDS": "\(seconds)",
            "FUZZ_PROCESSES": "\(processes)", "FUZZ_GROWTH": "\(grows)", "FUZZ_HANG": "\(hang)",
        ]
    }

    /// Numbers from here on are those of very long inputs.
    static let growth = 1_000_000_000

    /// The numbers of the inputs: those asked for, and what is fed besides.
    var numbers: Range<Int> { first..<first + count * 5 / 4 }

    /// How many of them are damaged inputs of topics and answers; as many as asked for, if it begins with the first.
    var counted: Int { numbers.count(where: Inputs.isCounted) }

    /// The inputs of one of the processes: every nth.
    ///
    /// - Parameter long: How many very long ones there are.
    func inputs(of process: Int, long: Int) -> [Int] {
        let own = Array(stride(from: first + process, to: numbers.upperBound, by: processes))
        guard grows else { return own }
        return own + stride(from: Self.growth + process, to: Self.growth + long, by: processes)
    }
}
