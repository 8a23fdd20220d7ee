import Connections
import Cybereason
import JSON
import Kafka
import Model
import Pipeline
import Policy
import Synchronization
import TestSupport
import Testing

@testable import Remediator
@testable import Simulator

/// The log has allowed the intents, and their writer has read them back: only the gate is left.
@Suite("An executor that was stalled before the gate")
struct StalledAttemptTests {
    private static let count = 5

    private static func phases(_ bench: Bench) -> [LedgerRequest] {
        (0..<count).compactMap { bench.ledger.entry("r\($0)")?.request }
    }

    @Test(
        "sends nothing when it was halted meanwhile, or nobody can tell whether it was",
        arguments: [(ControlWatch.Signal.halted(by: "ann", reason: nil), Reason.halted), (.unknown, .controlUnknown)])
    func halted(signal: ControlWatch.Signal, reason: Reason) async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: Self.count)) { bench in
            for number in 0..<Self.count { try await DisputedOwnershipTests.accept(number, bench) }
            let (turnstile, control) = (Turnstile(), Monitored(ControlWatch.Signal.clear))
            let rival = try await Rival(bench, "first", control: { control.value }, turnstile: turnstile)
            try await eventually("each has come to the gate") { turnstile.waiting == Self.count }
            control.value = signal
            turnstile.open()
            try await eventually("each is held") {
                Self.phases(bench).count { $0.phase == .held && $0.reason == reason && $0.attempt == 1 } == Self.count
            }
            // The facts are read on their own, and may be behind the ledger.
            try await eventually("each was stopped by the gate") { bench.notSent(.gateClosed) == Self.count }
            #expect(bench.journal.isEmpty)
            control.value = .clear
            try await eventually("each is sent") { Self.phases(bench).allSatisfy { $0.phase == .submitted } }
            #expect(bench.journal.count == Self.count)
            await rival.stop()
        }
    }

    @Test("sends nothing that a person has denied meanwhile")
    func denied() async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: Self.count)) { bench in
            for number in 0..<Self.count { try await DisputedOwnershipTests.accept(number, bench) }
            let turnstile = Turnstile()
            let rival = try await Rival(bench, "first", turnstile: turnstile)
            try await eventually("each has come to the gate") { turnstile.waiting == Self.count }
            for number in 0..<Self.count {
                var fact = LedgerFact(.decided, of: "r\(number)", writer: "bench", at: .now())
                var decision = RemediationDecision()
                (decision.requestId, decision.decision) = ("r\(number)", .deny)
                (decision.decidedBy, decision.decidedAt) = ("bob", .now())
                fact.decision = decision
                try await bench.publish(fact, key: fact.key, to: Topics.ledger)
            }
            try await eventually("it has read them") { rival.knows { $0.denial != nil } == Self.count }
            turnstile.open()
            try await eventually("each has ended") { Self.phases(bench).allSatisfy { $0.end?.state == .denied } }
            #expect(bench.journal.isEmpty)
            await rival.stop()
        }
    }

    @Test("does not send after its time, at the edge of a cap where another goes on")
    func zombie() async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: 6)) { bench in
            var policy = ResponsePolicy.open
            policy.caps.rates = RateCaps(actionsPerHour: 4)
            var rules = ExecutionRules.enforcing
            rules.concurrentPosts = 3
            for number in 0..<3 { try await DisputedOwnershipTests.accept(number, bench) }
            let turnstile = Turnstile()
            let zombie = try await Rival(bench, "zombie", policy, rules: rules, turnstile: turnstile)
            try await eventually("all that it may send at once has come to the gate") { turnstile.waiting == 3 }
            let other = try await Rival(bench, "other", policy, rules: .enforcing)
            for number in 3..<6 { try await DisputedOwnershipTests.accept(number, bench) }
            try await eventually("what the zombie has spent stays spent") {
                let requests = (0..<6).compactMap { bench.ledger.entry("r\($0)")?.request }
                return requests.count { $0.phase == .submitted } == 1
                    && requests.count { $0.phase == .held && $0.reason == .hourCap } >= 2
                    && requests.allSatisfy { [.submitted, .held, .parked].contains($0.phase) }
            }
            #expect(bench.journal.count == 1)
            turnstile.open()
            // Whoever could still ask may then be sent anew, by another attempt and within the cap.
            try await eventually("it takes back what it had begun") {
                // By then it is too late even to ask the gate.
                bench.notSent(.gateClosed) + bench.notSent(.consoleUnavailable) >= 3
            }
            await zombie.stop()
            await other.stop()
            let targets = bench.journal.flatMap(\.actions).compactMap(\.target)
            #expect(targets.count <= 4 && Set(targets).count == targets.count)
            let again = (0..<3).compactMap { bench.ledger.entry("r\($0)")?.request }.filter { $0.phase == .submitted }
            #expect(again.allSatisfy { $0.attempt > 1 })
            #expect(bench.intents <= 30, "\(bench.intents) intents")
        }
    }

    @Test("does not send after its time, though nobody else has said anything")
    func tooLate() async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: 1)) { bench in
            try await DisputedOwnershipTests.accept(0, bench)
            let turnstile = Turnstile()
            let rules = ExecutionRules.enforcing
            let rival = try await Rival(bench, "first", rules: rules, turnstile: turnstile)
            try await eventually("it has come to the gate") { turnstile.waiting == 1 }
            let begun = ContinuousClock.now
            try await eventually("its time is over") { ContinuousClock.now >= begun + rules.fireWithin }
            turnstile.open()
            let request = try await bench.request("r0", "is submitted") { $0.phase == .submitted }
            #expect(request.attempt > 1)
            try await eventually("the gate has stopped one") { bench.notSent(.gateClosed) > 0 }
            #expect(bench.journal.count == 1)
            await rival.stop()
        }
    }
}

/// A value that the test changes under what runs.
private final class Monitored<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
