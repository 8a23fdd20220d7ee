internal import JSON
internal import Model
internal import Pipeline
internal import Runtime
internal import TestSupport
internal import Testing

@testable import Tracker

@Suite("Ends that the next tracker takes up again", .kafka)
struct FollowUpTests {
    @Test("a tracker that stops between an end and its verification: the next one verifies it")
    func pendingEnd() async throws {
        try await TrackerBench.run { bench in
            let first = try await RunningTracker(bench)
            try await bench.submit("r", [TrackerBench.target("boaster")])
            _ = try await bench.ended("r")
            await first.stop()
            bench.console.setQuarantined("boaster")
            let second = try await RunningTracker(bench)
            #expect(try await bench.verified("r").verification == .verified)
            #expect(bench.verifications("r") == [.pending, .verified], "the end is not told again")
            await second.stop()
            let queries = bench.console.queries
            let third = try await RunningTracker(bench)
            try await bench.submit("next", [TrackerBench.target("f1")])
            #expect(try await bench.verified("next").verification == .verified)
            #expect(bench.verifications("r") == [.pending, .verified], "what is verified is left alone")
            #expect(bench.console.queries > queries)
            await third.stop()
        }
    }

    @Test("an end that was in the ledger and not in the results is verified, too")
    func unwrittenEnd() async throws {
        try await TrackerBench.run { bench in
            bench.console.setQuarantined("f1")
            try await bench.finish("r", [TrackerBench.target("f1")])
            let tracker = try await RunningTracker(bench)
            #expect(try await bench.verified("r").verification == .verified)
            #expect(bench.verifications("r") == [.pending, .verified])
            await tracker.stop()
        }
    }

    @Test("an end that an earlier release wrote stays as it is")
    func earlierRelease() async throws {
        try await TrackerBench.run { bench in
            bench.console.setQuarantined("f1")
            try await bench.finish("old", [TrackerBench.target("f1")])
            try await bench.write(try bench.result("old") { $0.verification = nil })
            bench.console.setQuarantined("f2")
            try await bench.finish("new", [TrackerBench.target("f2")])
            let tracker = try await RunningTracker(bench)
            #expect(try await bench.verified("new").verification == .verified)
            #expect(bench.verifications("old") == [nil])
            await tracker.stop()
        }
    }

    @Test("what a zombie wrote over a verified end is written over again")
    func zombie() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.submit("r", [TrackerBench.target("f1")])
            var zombie = try await bench.verified("r")
            zombie.version += 3
            zombie.verification = .pending
            try await bench.write(zombie)
            let next = zombie.version + 1
            try await eventually("written again") { bench.results("r").last?.version == next }
            #expect(bench.verifications("r") == [.pending, .verified, .pending, .verified])
            await tracker.stop()
        }
    }

    @Test("an id that comes again after the ledger forgot it begins anew, with a rising version")
    func secondLife() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.submit("r", [TrackerBench.target("f1")])
            let first = try await bench.verified("r")
            try await bench.forget("r")
            try await bench.submit("r", [TrackerBench.target("slow")])
            try await eventually("it is open again") { bench.results("r").last?.state == .inProgress }
            bench.console.finishSlow()
            try await eventually("the second end is verified") {
                bench.results("r").last.map { $0.version > first.version && $0.verification == .verified } == true
            }
            #expect(bench.verifications("r") == [.pending, .verified, .pending, .verified])
            let versions = bench.results("r").map(\.version)
            #expect(versions == versions.sorted() && Set(versions).count == versions.count)
            #expect(tracker.metric("results_contradicting_total") == 0)
            await tracker.stop()
        }
    }

    @Test("also where no tracker ran when it was forgotten")
    func secondLifeAfterRestart() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.submit("r", [TrackerBench.target("f1")])
            let first = try await bench.verified("r")
            await tracker.stop()
            try await bench.forget("r")
            bench.console.setQuarantined("f2")
            try await bench.finish("r", [TrackerBench.target("f2")])
            let second = try await RunningTracker(bench)
            try await eventually("the second end is verified") {
                bench.results("r").last.map { $0.version > first.version && $0.verification == .verified } == true
            }
            #expect(bench.results("r").last?.actions.map(\.target) == [TrackerBench.target("f2")])
            #expect(bench.verifications("r") == [.pending, .verified, .pending, .verified])
            await second.stop()
        }
    }

    @Test("an end of very many actions is told, with as much of them as Kafka takes")
    func large() async throws {
        try await TrackerBench.run { bench in
            let targets = (1...7000).map {
                ActionTarget(
                    machineId: SimulatedConsole.machine, targetId: "11.\($0)" + String(repeating: "0", count: 60),
                    actionType: .blockFile)
            }
            try await bench.finish("r", targets)
            let tracker = try await RunningTracker(bench)
            #expect(try await bench.verified("r").verification == .notVerifiable)
            let end = try await bench.ended("r")
            #expect(end.state == .succeeded && end.actions.count > 5000 && end.actions.count < 7000)
            #expect(end.detail?.hasSuffix("of 7000 actions left out for their size") == true)
            #expect(bench.verifications("r") == [.pending, .notVerifiable])
            await tracker.stop()
        }
    }

    @Test("the ends of a tracker that goes are verified by the one that stays")
    func rebalance() async throws {
        try await TrackerBench.run(partitions: 4) { bench in
            let first = try await RunningTracker(bench)
            try bench.console.fail("/rest/visualsearch/query/simple", #"{"kind": "status", "code": 503}"#)
            let ids = (1...8).map { "request-\($0)" }
            for (index, id) in ids.enumerated() { try await bench.submit(id, [TrackerBench.target("f\(index + 1)")]) }
            for id in ids { _ = try await bench.ended(id) }
            let second = try await RunningTracker(bench)
            try await eventually("both have partitions") { second.log.contains(message: "results replayed") }
            await first.stop()
            bench.console.mend()
            for id in ids { #expect(try await bench.verified(id).verification == .verified) }
            for id in ids { #expect(bench.verifications(id).count { $0 == .pending } == 1) }
            await second.stop()
        }
    }
}

@Suite("Ends that the console amends", .kafka)
struct AmendedEndTests {
    /// A request that timed out while the console still worked on it, for its abort went wrong.
    static func timedOut(_ bench: TrackerBench) async throws {
        try bench.console.fail("/rest/remediate/abort/*", #"{"kind": "cut"}"#)
        try await bench.submit("r", [TrackerBench.target("slow"), TrackerBench.target("f1")])
        let end = try await bench.ended("r")
        #expect(end.state == .timedOut && end.amended == nil)
        #expect(Set(end.actions.map(\.state)) == [.succeeded, .timedOut])
    }

    static func check(_ bench: TrackerBench) async throws {
        bench.console.finishSlow()
        try await eventually("amended") { bench.results("r").last?.amended != nil }
        try await eventually("verified") { bench.results("r").last?.verification == .verified }
        let last = try bench.check("r")
        #expect(last.state == .timedOut && last.reason == .deadline)
        #expect(last.actions.map(\.state) == [.succeeded, .succeeded])
        #expect(last.amended?.contains("\(TrackerBench.target("slow")) SUCCEEDED") == true)
        #expect(bench.ledger.entry("r")?.request.end?.actions.contains { $0.state == .timedOut } == true)
    }

    @Test("what the console does after the deadline is published, in the same state, and verified")
    func deadline() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench, deadline: .seconds(1))
            try await Self.timedOut(bench)
            try await Self.check(bench)
            #expect(tracker.metric("results_amended_total") == 1)
            await tracker.stop()
        }
    }

    @Test("another tracker than the one that ended it hears of it, and a third one keeps it")
    func restarted() async throws {
        try await TrackerBench.run { bench in
            let first = try await RunningTracker(bench, deadline: .seconds(1))
            try await Self.timedOut(bench)
            #expect(try await bench.verified("r").verification == .verified)
            await first.stop()
            let second = try await RunningTracker(bench, deadline: .seconds(1))
            try await Self.check(bench)
            await second.stop()
            var zombie = try #require(bench.results("r").last)
            zombie.version += 1
            zombie.amended = nil
            try await bench.write(zombie)
            let third = try await RunningTracker(bench, deadline: .seconds(1))
            try await eventually("all of it again") { bench.results("r").last?.amended != nil }
            #expect(bench.results("r").last?.actions.map(\.state) == [.succeeded, .succeeded])
            await third.stop()
        }
    }

    @Test("an abort that was lost at the deadline is asked for again after the end, also by the next tracker")
    func abortedLate() async throws {
        try await TrackerBench.run { bench in
            let first = try await RunningTracker(bench, deadline: .seconds(1))
            try await Self.timedOut(bench)
            await first.stop()
            #expect(bench.console.accepted("abort") == 0)
            bench.console.mend()
            let second = try await RunningTracker(bench, deadline: .seconds(1))
            try await eventually("aborted") { bench.console.accepted("abort") == 1 }
            try await eventually("it is said") {
                second.log.contains(message: "still pending after the deadline, abort asked for")
            }
            await second.stop()
        }
    }

    @Test("an end as unknown is amended, too; one that was given up without an answer is not asked for")
    func unknown() async throws {
        try await TrackerBench.run { bench in
            try await bench.submit("r", [TrackerBench.target("slow")])
            try await bench.end("r", .unknown, .cannotTell)
            let tracker = try await RunningTracker(bench)
            #expect(try await bench.verified("r").verification == .notVerifiable)
            bench.console.finishSlow()
            try await eventually("verified") { bench.results("r").last?.verification == .verified }
            let last = try bench.check("r")
            #expect(last.state == .unknown && last.actions.map(\.state) == [.succeeded] && last.amended != nil)
            await tracker.stop()
        }
    }

    @Test("errors in the meantime end nothing")
    func errors() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench, deadline: .seconds(1))
            try await Self.timedOut(bench)
            try bench.console.fail("/rest/remediate/progress/*", #"{"kind": "status", "code": 500}"#)
            let polls = bench.console.progressRequests
            try await eventually("asked in vain") { bench.console.progressRequests > polls + 1 }
            bench.console.endSessions()
            // Only the aborts fail on: one would end what this waits for.
            try bench.console.fail("/rest/remediate/abort/*", #"{"kind": "cut"}"#)
            try await Self.check(bench)
            await tracker.stop()
        }
    }
}
