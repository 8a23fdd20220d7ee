import FoundationEssentials
import Glibc
import Runtime

/// Has the inputs fed by child processes, and says what became of them: also of one that a child died of.
actor FuzzRun {
    private let plan: FuzzPlan
    private let inputs: Inputs
    private let environment: [String: String]
    private let folder: String
    private var counts: [String: FuzzCounts] = [:]

    /// What must not have happened, each with how to see it again.
    private(set) var violations: [String] = []

    /// How many deaths of a child are told one by one.
    private static let mostDeaths = 20

    init(
        _ plan: FuzzPlan, surfaces: [Surface], environment: [String: String], isSabotaged: Bool = false
    ) throws {
        self.plan = plan
        inputs = Inputs(surfaces, seed: plan.seed)
        self.environment = environment.merging(plan.environment) { $1 }
            .merging(isSabotaged ? ["FUZZ_SABOTAGED": "1"] : [:]) { $1 }
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// What became of the inputs of each surface.
    var surfaces: [String: FuzzCounts] { counts }

    /// Feeds everything.
    func run() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withThrowingTaskGroup { group in
            for process in 0..<plan.processes { group.addTask { try await self.run(process) } }
            try await group.waitForAll()
        }
    }

    /// What became of all.
    var sum: FuzzCounts { counts.values.reduce(into: FuzzCounts()) { $0 += $1 } }

    /// One line about all.
    var summary: String {
        let sum = sum
        return "fuzz: seed=\(plan.seed) damaged=\(sum.damaged)/\(plan.counted) inputs=\(sum.all) "
            + "understood=\(sum.understood) refused=\(sum.refused) "
            + "violations=\(violations.count)"
    }

    /// A line about each surface.
    var table: [String] {
        counts.sorted { $0.key < $1.key }.map { name, counts in
            "  \(name): \(counts.understood) understood, \(counts.refused) refused"
                + (counts.violations > 0 ? ", \(counts.violations) VIOLATIONS" : "")
        }
    }

    private func run(_ process: Int) async throws {
        let path = "\(folder)/\(process)"
        var start = plan.first
        for _ in 0..<Self.mostDeaths {
            let (status, hasEnded) = try await child(process, from: start, recorder: path)
            guard !hasEnded else { return }
            let number = try FlightRecorder(path: path).current
            guard number >= 0 else { throw Violation("a child ended before its first input: \(status)") }
            let words = status == .signalled(SIGALRM) ? "it hung" : "it died: \(status)"
            note(number, "\(words), \(inputs[number].surface.name)")
            counts["died", default: FuzzCounts()].violations += 1
            start = number + 1
        }
    }

    private func note(_ number: Int, _ words: String) {
        violations.append(
            "\(words)\n    again: FUZZ_SEED=\(plan.seed) FUZZ_FIRST=\(number) FUZZ_INPUTS=1 make fuzz")
    }

    /// Runs the child to its end, whichever that is; true if it came to the end of its inputs.
    private func child(
        _ process: Int, from start: Int, recorder: String
    ) async throws -> (ChildProcess.Status, hasEnded: Bool) {
        var environment = environment
        environment["FUZZ_CHILD"] = "\(process) \(start) \(recorder)"
        environment["SWIFT_BACKTRACE"] = "enable=no"
        let executable = CommandLine.arguments[0]
        let child = try await ChildProcess.start(
            .init(
                executable: executable,
                arguments: ["--testing-library", "swift-testing", "--filter", "FuzzTests.FuzzChildTests"],
                environment: environment, wrapper: Self.wrapper(beside: executable)))
        var hasEnded = false
        var last: [String] = []
        for await line in child.lines {
            guard let text = line.text.firstRange(of: FuzzChild.mark) else {
                last = last.suffix(4) + [line.text]
                continue
            }
            hasEnded = take(line.text[text.upperBound...].dropFirst()) || hasEnded
        }
        let status = await child.status()
        if !hasEnded, status != .signalled(SIGALRM) { print(last.joined(separator: "\n")) }
        return (status, hasEnded)
    }

    /// Takes a child's line; true if it is the last.
    private func take(_ line: Substring) -> Bool {
        let words = line.split(separator: " ", maxSplits: 2)
        switch words.first {
        case "end": return true
        case "show": print(line.dropFirst(5))
        case "counts" where words.count == 3:
            guard let counts = FuzzCounts(words[2].split(separator: " ")) else { return false }
            self.counts[String(words[1]), default: FuzzCounts()] += counts
        case "violation" where words.count == 3: note(Int(words[1]) ?? -1, String(words[2]))
        default: break
        }
        return false
    }

    /// A program of ours that lets the child die with this process.
    private static func wrapper(beside executable: String) -> String {
        var path = executable.split(separator: "/", omittingEmptySubsequences: false)
        path[path.count - 1] = "riposte"
        return path.joined(separator: "/")
    }
}
