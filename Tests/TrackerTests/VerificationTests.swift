internal import JSON
internal import Model
internal import Pipeline
internal import Runtime
internal import TestSupport
internal import Testing

@testable import Tracker

@Suite("Ends that are verified by a new query", .kafka)
struct VerificationTests {
    static let kills = [TrackerBench.target("p1", .killProcess)]

    @Test("an end is first published as it is, then verified, in the same state")
    func verified() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.submit("done", Self.kills + [TrackerBench.target("f1")])
            try await bench.submit("failed", [TrackerBench.target("failing")])
            for (id, state) in [("done", RequestState.succeeded), ("failed", .failed)] {
                let verified = try await bench.verified(id)
                #expect(verified.state == state && verified.verification == .verified && verified.amended == nil)
                #expect(bench.verifications(id) == [.pending, .verified])
            }
            #expect(tracker.metric("verifications_total{outcome=\"VERIFIED\"}") == 2)
            #expect(tracker.metric("requests_ended_total{state=\"SUCCEEDED\"}") == 1, "a version more is no other end")
            #expect(bench.console.queries > 0)
            await tracker.stop()
        }
    }

    @Test("what the console reports and is not so is contradicted, in words", arguments: ["boaster", "denier"])
    func contradicted(target: String) async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench, verifyFor: .milliseconds(400))
            try await bench.submit("r", [TrackerBench.target(target)])
            let result = try await bench.verified("r")
            #expect(result.verification == .contradicted)
            #expect(result.state == (target == "boaster" ? .succeeded : .failed))
            #expect(result.actions.map(\.state) == [target == "boaster" ? .succeeded : .failed])
            let words = target == "boaster" ? "the file is not in quarantine" : "the file is in quarantine"
            #expect(result.amended?.hasSuffix(words) == true)
            #expect(tracker.metric("verifications_total{outcome=\"CONTRADICTED\"}") == 1)
            #expect(tracker.metric("results_amended_total") == 0)
            let line = tracker.log.lines.first { $0.contains("the console's report of an end is not so") }
            #expect(line?.contains(#""warning""#) == true && line?.contains(words) == true)
            await tracker.stop()
        }
    }

    @Test("data that comes later than the report contradicts nothing")
    func lag() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            let boasts = [TrackerBench.target("boaster"), TrackerBench.target("boasting", .killProcess)]
            try await bench.submit("r", boasts)
            _ = try await bench.ended("r")
            let before = bench.console.queries
            try await eventually("it was looked at") { bench.console.queries > before + 3 }
            #expect(bench.results("r").last?.verification == .pending)
            bench.console.setQuarantined("boaster")
            bench.console.endProcess("boasting")
            #expect(try await bench.verified("r").verification == .verified)
            await tracker.stop()
        }
    }

    @Test("an end that was seen by its effect is verified, one that was given up is not")
    func withoutAnswer() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            bench.console.setQuarantined("f1")
            for (id, state, reason) in [
                ("seen", RequestState.succeeded, "seen-by-effect"), ("given up", .unknown, "cannot-tell"),
            ] {
                _ = try await bench.accept(id, [TrackerBench.target(id == "seen" ? "f1" : "f2")])
                try await bench.ledger.append(bench.ledger.fact(.intent, of: id, attempt: 1))
                try await bench.ledger.append(bench.ledger.fact(.uncertain, of: id, attempt: 1))
                try await bench.end(id, state, Reason(rawValue: reason))
            }
            #expect(try await bench.verified("seen").verification == .verified)
            #expect(try await bench.ended("given up").verification == nil)
            await tracker.stop()
        }
    }

    @Test("what nobody can show is not verifiable; where nothing was sent, nothing is said")
    func notVerifiable() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench, verifyFor: .milliseconds(200))
            try await bench.submit("block", [TrackerBench.target("f1", .blockFile)])
            #expect(try await bench.verified("block").verification == .notVerifiable)
            // The file is gone from the console's sight.
            try await bench.submit("gone", [TrackerBench.target("slow")])
            bench.console.forget("slow")
            try await bench.end("gone", .succeeded, .completed)
            #expect(try await bench.verified("gone").verification == .notVerifiable)
            _ = try await bench.accept("expired", [TrackerBench.target("f2")])
            try await bench.end("expired", .expired, .expired)
            #expect(try await bench.ended("expired").verification == nil)
            await tracker.stop()
        }
    }

    static let outages = [
        #"{"kind": "status", "code": 503}"#, #"{"kind": "html"}"#, #"{"kind": "cut"}"#, #"{"kind": "garbage"}"#,
    ]

    @Test("a console that does not answer the query delays the verification, and decides nothing", arguments: outages)
    func outage(fault: String) async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench, verifyFor: .zero)
            try bench.console.fail("/rest/visualsearch/query/simple", fault)
            try await bench.submit("r", [TrackerBench.target("f1")])
            _ = try await bench.ended("r")
            try await eventually("asked in vain") { tracker.log.contains(message: "ends cannot be verified yet") }
            try await eventually("not ready") { tracker.condition("console-queries")?.holds == false }
            let before = bench.console.queries
            try await eventually("asked again") { bench.console.queries > before }
            #expect(bench.results("r").last?.verification == .pending)
            bench.console.mend()
            #expect(try await bench.verified("r").verification == .verified)
            try await eventually("ready again") { tracker.context.readiness.isReady }
            await tracker.stop()
        }
    }

    @Test("many ends are held against few queries")
    func batch() async throws {
        try await TrackerBench.run { bench in
            let ids = try await Self.finished(12, bench)
            let tracker = try await RunningTracker(bench)
            for id in ids { #expect(try await bench.verified(id).verification == .verified) }
            // Two looks, and what looks for their copies, which are not there.
            #expect(bench.console.queries <= 24)
            await tracker.stop()
        }
    }

    @Test("an id that nobody can ask for keeps no other end from being verified")
    func spoiltBatch() async throws {
        try await TrackerBench.run { bench in
            let ids = try await Self.finished(3, bench)
            let target = ActionTarget(
                machineId: SimulatedConsole.machine, targetId: String(repeating: "x", count: 300),
                actionType: .quarantineFile)
            try await bench.finish("odd", [target])
            let tracker = try await RunningTracker(bench, verifyFor: .milliseconds(100))
            for id in ids { #expect(try await bench.verified(id).verification == .verified) }
            #expect(try await bench.verified("odd").verification == .notVerifiable)
            await tracker.stop()
        }
    }

    /// Requests that succeeded while no tracker ran.
    private static func finished(_ count: Int, _ bench: TrackerBench) async throws -> [String] {
        for index in 1...count {
            bench.console.setQuarantined("f\(index)")
            try await bench.finish("r\(index)", [TrackerBench.target("f\(index)")])
        }
        return (1...count).map { "r\($0)" }
    }
}
