import Kafka
import Model
import TestSupport
import Testing

/// What the services need goes away in the middle of their work, and comes back.
///
/// Nothing is lost, nothing is done twice, no record is given up for it, and no process ends.
@Suite(.serialized, .mockKafka, .timeLimit(.minutes(5))) struct OutageTests {
    @Test("the console refuses everything while a remediation is under way, others are asked for and a malop appears")
    func consoleRefuses() async throws {
        try await OutageBench.run { bench in
            try await bench.request(0)
            try await bench.result("r0", "is at the console") { $0.remediationId != nil }
            try await bench.fault("refuse")
            try await bench.appear(1)
            for number in 2...4 { try await bench.request(number) }
            for name in ["detector", "remediator", "tracker"] { try await bench.misses(name, "console") }
            #expect(try await bench.isReady("enricher"))
            for number in 2...4 {
                try await bench.result("r\(number)", "waits for the console") {
                    $0.state == .held && $0.reason == .consoleUnavailable
                }
            }
            try await bench.fault(nil)
            try await bench.request(5)
            try await bench.succeed(6)
            try await expectOnce(bench, [0, 2, 3, 4, 5].map(OutageWorld.target) + [OutageWorld.file(1)])
            #expect(try await bench.outages("remediator", "console") == "1")
        }
    }

    @Test("the console is gone, with every session, and comes back on the same port")
    func consoleRestarts() async throws {
        try await OutageBench.run { bench in
            try await bench.request(1)
            try await bench.succeed(1)
            let before = try await bench.journal()
            await bench.console.kill()
            for number in 2...4 { try await bench.request(number) }
            for name in ["detector", "remediator"] { try await bench.misses(name, "console") }
            try await bench.console.start()
            try await bench.appear(5)
            try await bench.request(6)
            try await bench.succeed(6)
            try await expectOnce(
                bench, [1, 2, 3, 4, 6].map(OutageWorld.target) + [OutageWorld.file(5)], before: before)
        }
    }

    @Test("threat intelligence is gone when a detection needs it")
    func intelligence() async throws {
        try await OutageBench.run { bench in
            await bench.intelligence.kill()
            for number in 1...3 { try await bench.appear(number) }
            try await bench.misses("enricher", "threat-intelligence")
            try await bench.request(4)
            try await bench.succeed(1)
            for name in ["detector", "remediator", "tracker"] { #expect(try await bench.isReady(name)) }
            #expect(try await bench.deployment.events(of: Topics.enrichedDetections).isEmpty)
            try await bench.intelligence.start()
            try await bench.appear(5)
            try await bench.succeed(5)
            try await expectOnce(bench, [1, 2, 3, 5].map(OutageWorld.file) + [OutageWorld.target(4)])
            let enriched = try await bench.deployment.events(of: Topics.enrichedDetections)
            #expect(enriched.count == 4 && enriched.allSatisfy(\.complete))
        }
    }

    @Test("Kafka is gone while a remediation is under way, others are asked for and a malop appears")
    func kafka() async throws {
        try await OutageBench.run { bench in
            try await bench.request(0)
            try await bench.result("r0", "is at the console") { $0.remediationId != nil }
            // This one is on its way somewhere.
            try await bench.request(1)
            bench.mock.takeDown()
            let waiting = Task { for number in 2...4 { try await bench.request(number) } }
            try await bench.appear(5)
            for name in OutageBench.names { try await bench.misses(name, "kafka") }
            bench.mock.bringUp()
            try await waiting.value
            try await bench.request(6)
            try await bench.succeed(7)
            try await expectOnce(bench, [0, 1, 2, 3, 4, 6].map(OutageWorld.target) + [OutageWorld.file(5)])
            for name in OutageBench.names { #expect(try await bench.outages(name, "kafka") == "1") }
        }
    }

    /// Everything that was asked for was done, once, no record was given up, and everyone is ready again.
    private func expectOnce(
        _ bench: OutageBench, _ targets: [String], before: [String: Int] = [:]
    ) async throws {
        try await bench.everyoneIsReady()
        let done = try await bench.journal().merging(before, uniquingKeysWith: +)
        #expect(done == Dictionary(targets.map { ($0, 1) }, uniquingKeysWith: +))
        #expect(try await bench.deadLetters().isEmpty)
    }
}
