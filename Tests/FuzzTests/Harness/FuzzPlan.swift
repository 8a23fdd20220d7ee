import Runtime

/// Which inputs are fed, by `FUZZ_SEED`, `FUZZ_INPUTS`, `FUZZ_FIRST`, `FUZZ_SECONDS`,
/// `FUZZ_PROCESSES` and `FUZZ_GROWTH`.
struct FuzzPlan: Sendable {
    var seed: UInt64 = 1
    var first = 0
    var count = 6000

    /// After so many seconds no further input is fed, be the count reached or not.
    var seconds = 120

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
        count = reader.int("FUZZ_INPUTS", "How many inputs", in: 1...Self.growth, default: count)
        seconds = reader.int("FUZZ_SECONDS", "How long at most", in: 1...86_400, default: seconds)
        processes = reader.int("FUZZ_PROCESSES", "Processes that share the inputs", in: 1...64, default: processes)
        grows = reader.bool("FUZZ_GROWTH", "Whether each list of the seeds is fed once very long", default: false)
        try reader.finish()
    }

    /// The same plan for a child.
    var environment: [String: String] {
        [
            "FUZZ_SEED": "\(seed)", "FUZZ_FIRST": "\(first)", "FUZZ_INPUTS": "\(count)", "FUZZ_SECONDS": "\(seconds)",
            "FUZZ_PROCESSES": "\(processes)", "FUZZ_GROWTH": "\(grows)",
        ]
    }

    /// Numbers from here on are those of very long inputs.
    static let growth = 1_000_000_000

    /// The inputs of one of the processes: every nth.
    ///
    /// - Parameter long: How many very long ones there are.
    func inputs(of process: Int, long: Int) -> [Int] {
        let own = Array(stride(from: first + process, to: first + count, by: processes))
        guard grows else { return own }
        return own + stride(from: Self.growth + process, to: Self.growth + long, by: processes)
    }
}
