import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Remediator
@testable import Simulator

@Suite("A policy that is replaced in the middle of three hundred requests")
struct PolicyUnderLoadTests {
    private static let protective =
        Bench.noRules + """

            groups:
              - {name: servers, match: {id: ["\(Northwind.fileServer)"]}, protected: true}
            """

    private static func requests(_ bench: Bench) -> [LedgerRequest] {
        bench.ledger.known.compactMap { bench.ledger.entry($0)?.request }
    }

    private static func logged(_ message: String, _ bench: Bench) -> Int {
        bench.logs.lines.count { $0.contains("\"message\":\"\(message)\"") }
    }

    @Test("one with mistakes changes nothing; under one that protects the machine nothing more is sent to it")
    func replaced() async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: 300)) { bench in
            let file = try TemporaryFile(Bench.noRules)
            for _ in 0..<2 { try await bench.startRemediator(policyFile: file) }
            // So that there is a middle.
            try bench.fault(LostAnswerTests.fault(#""kind": "slow", "delayMs": 300"#, times: 1000))
            try file.replace(with: "mode: all\n")
            for number in 0..<300 {
                let body = GuardrailTests.body(
                    "r\(number)", machine: Northwind.fileServer, target: Northwind.process(number))
                try await bench.publish(body, partition: Int32(number % Bench.partitions))
            }
            try await eventually("both refuse the file") {
                Self.logged("policy file has mistakes: the policy before it stays in force", bench) == 2
            }
            let before = bench.journal.count
            try await eventually("they go on as before") { bench.journal.count > before + 5 }

            try file.replace(with: Self.protective)
            try await eventually("both have the new policy") { Self.logged("policy changed", bench) == 2 }
            let seen = bench.journal.count
            try await eventually("each is sent or refused") {
                Self.requests(bench).count { $0.phase == .submitted || $0.end?.reason == .protectedMachine } == 300
            }
            let sent = Self.requests(bench).count { $0.phase == .submitted }
            #expect(sent == bench.journal.count && sent < 300)
            // Those that had passed the check before are on their way.
            #expect(sent <= seen + 2 * ExecutionRules().concurrentPosts, "\(seen) were sent before")
        }
    }
}
