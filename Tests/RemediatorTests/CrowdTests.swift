import Kafka
import Model
import Pipeline
import Policy
import Runtime
import Synchronization
import TestSupport
import Testing

@testable import Cybereason
@testable import Remediator

@Suite("An executor with very many requests, and one whose facts cannot be written", .timeLimit(.minutes(3)))
struct CrowdTests {
    private static func withExecutor(_ body: (Bench, Executor, WillingConsole) async throws -> Void) async throws {
        try await Bench.run { bench in
            let (console, ownership) = (WillingConsole(), Ownership())
            ownership.set([0], of: 1)
            var rules = ExecutionRules()
            rules.mode = .enforce
            (rules.machineRecheck, rules.patience) = (.seconds(600), .seconds(600))
            let executor = Executor(
                ledger: bench.ledger, ownership: ownership, control: { .clear }, console: console, rules: rules,
                policy: { PolicyInForce(.open) },
                logger: Logger(label: "test", sink: .none), metrics: ExecutorMetrics(Metrics()))
            try await body(bench, executor, console)
        }
    }

    private static func accepts(_ number: Int, _ bench: Bench, dryRun: Bool = false) -> LedgerFact {
        var fact = bench.ledger.fact(.accepted, of: "r\(number)")
        var request = RemediationRequest()
        request.actionsByMachine["m\(number)"] = [RemediationAction(targetId: "p", actionType: .killProcess)]
        request.dryRun = dryRun ? true : nil
        fact.request = request
        return fact
    }

    @Test("each is looked at a few times, however many others wait for an answer or for their turn")
    func looks() async throws {
        try await Self.withExecutor { bench, executor, console in
            let count = 2000
            _ = try await bench.ledger.append((0..<count).map { Self.accepts($0, bench) })
            let running = Task { try await executor.run() }
            try await eventually("all are submitted", within: .seconds(150)) {
                bench.ledger.open.allSatisfy { bench.ledger.entry($0)?.request.phase == .submitted }
            }
            #expect(console.sent == count)
            #expect(await executor.looks < 12 * count)
            await executor.stop()
            running.cancel()
            try await running.value
        }
    }

    @Test("it tries ever more seldom, and starts over when it could")
    func setbacks() async throws {
        try await Self.withExecutor { bench, executor, _ in
            _ = try await bench.ledger.append(Self.accepts(1, bench, dryRun: true))
            let denied = KafkaError.Code(rawValue: 29)
            bench.mock.push(Array(repeating: denied, count: 10_000), into: .produce)
            let running = Task { try await executor.run() }
            try await eventually("it fails again and again") { await executor.setbacks["r1"]?.failures ?? 0 >= 3 }
            let backoff = try #require(await executor.setbacks["r1"])
            #expect(backoff.ceiling >= .seconds(2))
            bench.mock.clearErrors(of: .produce)
            try await bench.request("r1", "has ended") { $0.end?.state == .observed }
            try await eventually("it is forgotten") { await executor.setbacks.isEmpty }
            await executor.stop()
            running.cancel()
            try await running.value
        }
    }
}

/// A console that knows every machine and does whatever it is asked.
private final class WillingConsole: ResponseConsole {
    private let count = Atomic(0)
    let user = "riposte@northwind.example"
    let clockDifference: Duration? = .zero
    var sent: Int { count.load(ordering: .acquiring) }

    func machines(_ ids: [String]) async throws(ConsoleError) -> ElementStates<MachineState> {
        let states = ids.map { ($0, MachineState(guid: $0, isConnected: true)) }
        return ElementStates(found: Dictionary(uniqueKeysWithValues: states), completeness: .whole)
    }

    func send(
        _ order: RemediationOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> RemediationOutcome {
        guard gate() else { return .notSent(NotSent(.gateClosed, "the gate is closed", retryAfter: nil)) }
        let number = count.add(1, ordering: .acquiringAndReleasing).newValue
        return .submitted(RemediationReport(remediationID: "x\(number)"))
    }

    func send(
        _ order: IsolationOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> IsolationOutcome {
        .notSent(NotSent(.heldBack, "nothing is isolated here", retryAfter: nil))
    }

    func remediations(of malopID: String) async throws(ConsoleError) -> [RemediationReport] { [] }

    func facts(of targets: [ActionTarget]) async throws(ConsoleError) -> [String: TargetFacts] { [:] }

    func effects(of targets: [ActionTarget]) async throws(ConsoleError) -> Set<ActionTarget> { [] }
}
