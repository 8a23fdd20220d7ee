import JSON
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Remediator
@testable import Simulator

@Suite("Guardrails hold over all instances at once")
struct ManyInstancesTests {
    private static func publish(_ numbers: Range<Int>, _ bench: Bench) async throws {
        for number in numbers {
            let body = GuardrailTests.body(
                "r\(number)", machine: Northwind.fileServer, target: Northwind.process(number))
            try await bench.publish(body, partition: Int32(number % Bench.partitions))
        }
    }

    @Test("a cap is exact over three instances, and over one that takes up what another has left")
    func capped() async throws {
        let policy = "mode: enforce\nrules: []\ncaps: {actionsPerMachineAndHour: unlimited, actionsPerHour: 20}\n"
        try await Bench.run(scenario: Northwind.scenario(processes: 60)) { bench in
            let first = try await bench.startRemediator(policy: policy)
            for _ in 0..<2 { try await bench.startRemediator(policy: policy) }
            try await Self.publish(0..<60, bench)
            try await eventually("each is submitted or held") { Self.count(bench, .hourCap) == (20, 40) }
            #expect(bench.journal.count == 20)
            await first.stop()
            try await bench.startRemediator(policy: policy)
            let late = GuardrailTests.body("late", machine: Northwind.workstation, target: "late")
            try await bench.publish(late)
            try await bench.request("late", "is held") { $0.phase == .held && $0.reason == .hourCap }
            #expect(bench.journal.count == 20)
            #expect(bench.intents <= 61 * 4, "\(bench.intents) intents")
        }
    }

    @Test("a halt in the middle of five hundred requests: nothing is accepted once every instance has seen it")
    func halted() async throws {
        let policy = """
            mode: enforce
            rules: []
            caps: {actionsPerMachineAndHour: unlimited, machinesPerHour: unlimited, actionsPerHour: unlimited}
            """
        try await Bench.run(scenario: Northwind.scenario(processes: 500)) { bench in
            let services = [
                try await bench.startRemediator(policy: policy), try await bench.startRemediator(policy: policy),
                try await bench.startRemediator(policy: policy),
            ]
            try await Self.publish(0..<500, bench)
            try await eventually("many are sent") { bench.journal.count >= 60 }
            // Most of what is on its way then has its intent on its way to the log, and the gate before it.
            bench.mock.setRoundTrip(.milliseconds(250))
            try await bench.halt(true)
            try await eventually("every instance has seen it") {
                services.allSatisfy { $0.metrics.render().contains("\nriposte_halted 1") }
            }
            let seen = bench.journal.count
            let passed = Self.requests(bench).count { $0.phase == .intent }
            // What had passed its gate before may be under way for a moment more.
            try await eventually("nothing is under way") { !Self.requests(bench).contains { $0.phase == .intent } }
            let sent = bench.journal.count
            #expect(sent < 500)
            #expect(sent <= seen + passed, "\(seen) were sent at the halt, \(passed) had an intent")
            try await eventually("the gate has stopped what was on its way") { bench.notSent(.gateClosed) > 0 }
            bench.mock.setRoundTrip(.zero)
            try await eventually("all others say that they wait for it") {
                Self.count(bench, .halted).held == 500 - sent
            }
            #expect(bench.journal.count == sent)
            try await bench.halt(false)
            try await eventually("all are sent", within: .seconds(60)) { bench.journal.count >= 500 }
            let targets = bench.journal.flatMap(\.actions).compactMap(\.target)
            #expect(targets.count == 500 && Set(targets).count == 500)
        }
    }

    private static func requests(_ bench: Bench) -> [LedgerRequest] {
        bench.ledger.known.compactMap { bench.ledger.entry($0)?.request }
    }

    /// How many were submitted, and how many are held because of this.
    private static func count(_ bench: Bench, _ reason: Reason) -> (submitted: Int, held: Int) {
        let requests = requests(bench)
        return (
            requests.count { $0.phase == .submitted }, requests.count { $0.phase == .held && $0.reason == reason }
        )
    }
}
