internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime
internal import TestSupport
internal import Testing

@testable import Tracker

@Suite("Trackers that come and go", .kafka)
struct RestartTests {
    @Test("a new instance goes on where the old one stopped: one end, and rising versions")
    func restart() async throws {
        try await TrackerBench.run { bench in
            let first = try await RunningTracker(bench)
            try await bench.submit("r", [TrackerBench.target("slow")])
            try await eventually("in progress") { bench.results("r").last?.state == .inProgress }
            #expect(await first.stop() == 0)
            let before = bench.results("r").count
            let second = try await RunningTracker(bench)
            bench.console.finishSlow()
            let end = try await bench.ended("r")
            #expect(end.state == .succeeded)
            #expect(
                bench.results("r").dropFirst(before).allSatisfy { $0.state != .submitted }, "it knew how far it was")
            #expect(bench.verifications("r").count { $0 == .pending } == 1)
            await second.stop()
        }
    }

    @Test("what ended while no tracker ran is asked for before the deadline is judged")
    func late() async throws {
        try await TrackerBench.run { bench in
            let remediation = try await bench.submit("r", [TrackerBench.target("f1")])
            try await eventually("the deadline is long past") {
                guard let entry = bench.ledger.entry("r"), let since = entry.request.submissionLoggedAt else {
                    return false
                }
                return entry.request.remediationId == remediation && .now() - since > .milliseconds(800)
            }
            let tracker = try await RunningTracker(bench, deadline: .milliseconds(100))
            #expect(try await bench.ended("r").state == .succeeded)
            #expect(bench.console.accepted("abort") == 0)
            await tracker.stop()
        }
    }

    @Test("a second instance takes its share; every request ends once, whoever has it")
    func rebalance() async throws {
        try await TrackerBench.run(partitions: 4) { bench in
            let first = try await RunningTracker(bench)
            let ids = (1...10).map { "request-\($0)" }
            for (index, id) in ids.enumerated() {
                try await bench.submit(id, [TrackerBench.target(index == 0 ? "slow" : "f\(index)")])
            }
            let second = try await RunningTracker(bench)
            try await eventually("both have partitions") {
                bench.results(ids[0]).isEmpty == false && second.log.contains(message: "results replayed")
            }
            bench.console.finishSlow()
            for id in ids {
                let end = try await bench.ended(id)
                #expect(end.state == .succeeded)
                #expect(bench.verifications(id).count { $0 == .pending } == 1)
            }
            await first.stop()
            try await bench.submit("after", [TrackerBench.target("f11")])
            #expect(try await bench.ended("after").state == .succeeded)
            await second.stop()
            for id in ids { try bench.check(id) }
        }
    }

    @Test("Kafka is away for a while: the end is written when it is back, once", .mockKafka)
    func kafkaAway() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.submit("r", [TrackerBench.target("slow")])
            try await eventually("it is followed") { bench.results("r").last?.state == .inProgress }
            let mock = try #require(try KafkaTrait.current.mock)
            mock.takeDown()
            let polls = bench.console.progressRequests
            bench.console.finishSlow()
            // Once it has heard of the end it asks no more: it waits to write it.
            try await eventually("the console is still asked") { bench.console.progressRequests > polls }
            mock.bringUp()
            #expect(try await bench.ended("r").state == .succeeded)
            #expect(bench.verifications("r").count { $0 == .pending } == 1)
            await tracker.stop()
        }
    }

    @Test("records that cannot be read become dead letters once, and stop nothing")
    func deadLetters() async throws {
        try await TrackerBench.run { bench in
            try await bench.deployment.send(raw: Array("{".utf8), key: "early", to: Topics.results)
            let first = try await RunningTracker(bench)
            for text in [#"{"requestId": "late", "version": "one"}"#, #"{"schemaVersion": 2}"#] {
                try await bench.deployment.send(raw: Array(text.utf8), key: "late", to: Topics.results)
            }
            var misplaced = RemediationResult()
            misplaced.requestId = "r"
            try await bench.write(misplaced, key: "another")
            try await bench.submit("r", [TrackerBench.target("f1")])
            #expect(try await bench.ended("r").state == .succeeded)
            try await eventually("four dead letters") {
                try await bench.deployment.events(of: Topics.deadLetters).count == 4
            }
            await first.stop()
            let second = try await RunningTracker(bench)
            try await bench.submit("s", [TrackerBench.target("f2")])
            #expect(try await bench.ended("s").state == .succeeded)
            await second.stop()
            let reasons = try await bench.deployment.events(of: Topics.deadLetters).map(\.reason.rawValue).sorted()
            #expect(reasons == ["not-json", "unknown-version", "wrong-schema", "wrong-schema"])
        }
    }
}
