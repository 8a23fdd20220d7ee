import Model
import Pipeline
import Policy
import Runtime
import Synchronization
import TestSupport
import Testing

@testable import Cybereason
@testable import Remediator

@Suite("An executor that stops")
struct ExecutorStopTests {
    private static func withExecutor(_ body: (Executor, SilentConsole) async throws -> Void) async throws {
        try await Bench.run { bench in
            let console = SilentConsole()
            let executor = Executor(
                ledger: bench.ledger, ownership: Ownership(), control: { .clear }, console: console, rules: .testing,
                policy: { PolicyInForce(.open) },
                logger: Logger(label: "test", sink: .none), metrics: ExecutorMetrics(Metrics()))
            try await body(executor, console)
        }
    }

    @Test("asks the console nothing more")
    func asksNothing() async throws {
        try await Self.withExecutor { executor, console in
            await executor.askFor("m1")
            try await eventually("it asks") { console.asked == [["m1"]] }
            await executor.stop()
            await executor.askFor("m2")
            // Waits for everything that has been begun.
            await executor.stop()
            #expect(console.asked == [["m1"]])
        }
    }

    @Test("waits for what is under way, whatever has ended before")
    func waits() async throws {
        try await Self.withExecutor { executor, _ in
            #expect(await executor.settlesTwice())
        }
    }
}

extension Executor {
    fileprivate func askFor(_ machine: String) {
        machines.want([machine])
        look(at: [])
    }

    /// Waits twice; true if the second time did not end before its work did.
    fileprivate func settlesTwice() async -> Bool {
        start { _ in await Task.yield() }
        await settle(within: .seconds(600))
        let hasEnded = Atomic(false)
        start { _ in
            // Long enough for anything that is left of the first wait to come.
            for _ in 0..<1000 { await Task.yield() }
            hasEnded.store(true, ordering: .releasing)
        }
        await settle(within: .seconds(600))
        return hasEnded.load(ordering: .acquiring)
    }
}

/// A console that knows no machine.
private final class SilentConsole: ResponseConsole {
    private let questions = Mutex<[[String]]>([])
    let user = "riposte@northwind.example"
    let clockDifference: Duration? = .zero
    var asked: [[String]] { questions.withLock { $0 } }

    func machines(_ ids: [String]) async throws(ConsoleError) -> ElementStates<MachineState> {
        questions.withLock { $0.append(ids) }
        return ElementStates(found: [:], completeness: .whole)
    }

    func send(
        _ order: RemediationOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> RemediationOutcome {
        .notSent(NotSent(.gateClosed, "nothing is sent here", retryAfter: nil))
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
