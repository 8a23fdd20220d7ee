import Connections
import Cybereason
import JSON
import Kafka
import Model
import Pipeline
import Policy
import Runtime
import TestSupport
import Testing

@testable import Remediator
@testable import Simulator

@Suite("Two executors that both believe to own everything")
struct DisputedOwnershipTests {
    @Test("the log's order decides: each request is carried out exactly once")
    func once() async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: 40)) { bench in
            for number in 0..<40 { try await Self.accept(number, bench) }
            async let one = Rival(bench, "first")
            async let other = Rival(bench, "second")
            let (first, second) = try await (one, other)
            for number in 0..<40 {
                try await bench.request("r\(number)", "is submitted") { $0.phase == .submitted }
            }
            let targets = bench.journal.flatMap(\.actions).compactMap(\.target)
            #expect(targets.count == 40 && Set(targets).count == 40)
            await first.stop()
            await second.stop()
        }
    }

    @Test("at the edge of a cap the log's order decides too: as many are carried out as the cap has room for")
    func capped() async throws {
        try await Bench.run(scenario: Northwind.scenario(processes: 40)) { bench in
            for number in 0..<40 { try await Self.accept(number, bench) }
            var policy = ResponsePolicy.open
            policy.caps.rates = RateCaps(actionsPerHour: 10)
            async let one = Rival(bench, "first", policy)
            async let other = Rival(bench, "second", policy)
            let (first, second) = try await (one, other)
            try await eventually("each is submitted or held") {
                let requests = (0..<40).compactMap { bench.ledger.entry("r\($0)")?.request }
                return requests.allSatisfy { $0.phase == .submitted || ($0.phase == .held && $0.reason == .hourCap) }
                    && requests.count { $0.phase == .submitted } == 10
            }
            #expect(bench.journal.count == 10)
            await first.stop()
            await second.stop()
            #expect(bench.journal.count == 10)
            // Each may have tried each a few times, but nobody writes one intent after another.
            #expect(bench.intents <= 40 * 6, "\(bench.intents) intents")
        }
    }

    static func accept(_ number: Int, _ bench: Bench) async throws {
        var request = RemediationRequest()
        request.requestId = "r\(number)"
        request.actionsByMachine = [
            Northwind.fileServer: [
                RemediationAction(targetId: Northwind.process(number), actionType: .killProcess)
            ]
        ]
        var fact = LedgerFact(.accepted, of: "r\(number)", writer: "bench", at: .now())
        fact.request = request
        fact.notAfter = .now() + .seconds(600)
        try await bench.publish(fact, key: fact.key, to: Topics.ledger)
    }
}
