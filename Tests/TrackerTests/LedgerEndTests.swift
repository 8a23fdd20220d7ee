internal import JSON
internal import Model
internal import Pipeline
internal import Runtime
internal import TestSupport
internal import Testing

@testable import Tracker

@Suite("Results that follow from the ledger alone", .kafka)
struct LedgerEndTests {
    @Test("observed, expired and denied requests, and one that was refused at once")
    func ends() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            let cases: [(String, RequestState, Reason)] = [
                ("o", .observed, .observeMode), ("e", .expired, .expired), ("d", .denied, .expired),
            ]
            for (id, state, reason) in cases {
                _ = try await bench.accept(id, [TrackerBench.target("f1")])
                try await bench.end(id, state, reason, detail: "because")
            }
            var refusal = bench.ledger.fact(.refused, of: "x")
            refusal.request = Samples.request([])
            refusal.reason = .noActions
            refusal.origin = Origin(topic: "requests", partition: 0, offset: 3, timestamp: .now())
            #expect(try await bench.ledger.append(refusal) == .allowed)
            for (id, state, reason) in cases {
                let result = try await bench.ended(id)
                #expect(result.state == state && result.reason == reason && result.detail == "because")
                #expect(result.remediationId == nil && result.actions.map(\.state) == [.pending])
            }
            let refused = try await bench.ended("x")
            #expect(refused.state == .refused && refused.reason == .noActions && refused.source?.offset == 3)
            #expect(bench.console.progressRequests == 0)
            await tracker.stop()
        }
    }

    @Test("held, uncertain and parked requests show as such, and nobody asks the console")
    func open() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            _ = try await bench.accept("r", [TrackerBench.target("f1")])
            var held = bench.ledger.fact(.held, of: "r")
            held.reason = .machineOffline
            try await bench.ledger.append(held)
            try await eventually("held") { bench.results("r").last?.state == .held }
            #expect(bench.results("r").last?.reason == .machineOffline)
            try await bench.ledger.append(bench.ledger.fact(.intent, of: "r", attempt: 1))
            try await bench.ledger.append(bench.ledger.fact(.uncertain, of: "r", attempt: 1))
            try await eventually("uncertain") { bench.results("r").last?.state == .uncertain }
            try await bench.ledger.append(bench.ledger.fact(.parked, of: "r", attempt: 1))
            try await eventually("parked") { bench.results("r").last?.state == .parked }
            #expect(bench.console.progressRequests == 0)
            try await bench.end("r", .unknown, .cannotTell)
            let end = try await bench.ended("r")
            #expect(end.state == .unknown && end.actions.map(\.state) == [.unknown])
            await tracker.stop()
        }
    }

    @Test("an end that was in the ledger but not in the results is written at the start, once")
    func repaired() async throws {
        try await TrackerBench.run { bench in
            try await bench.submit("r", [TrackerBench.target("f1")])
            var last = RemediationResult()
            last.requestId = "r"
            last.version = 6
            last.state = .inProgress
            try await bench.write(last)
            try await bench.end("r", .failed, .allFailed)
            let tracker = try await RunningTracker(bench)
            let end = try await bench.ended("r")
            #expect(end.state == .failed && end.version == 7, "the ledger decides, not what the console says now")
            await tracker.stop()
            let second = try await RunningTracker(bench)
            _ = try await bench.accept("next", [TrackerBench.target("f2")])
            try await eventually("the next one") { !bench.results("next").isEmpty }
            #expect(bench.results("r").prefix(2).map(\.version) == [6, 7])
            #expect(bench.verifications("r").count { $0 == .pending } == 1)
            #expect(bench.console.progressRequests == 0)
            await second.stop()
        }
    }

    @Test("the first end in the ledger counts, whatever the console says later; the trace is the request's")
    func firstEnd() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.submit("r", [TrackerBench.target("slow")])
            try await eventually("in progress") { bench.results("r").last?.state == .inProgress }
            try await bench.end("r", .aborted, .aborted)
            #expect(try await bench.ended("r").state == .aborted)
            try await bench.submit("next", [TrackerBench.target("slow")])
            bench.console.finishSlow()
            _ = try await bench.ended("next")
            #expect(try bench.check("r").state == .aborted)
            let all = try await bench.deployment.received(of: Topics.results)
            #expect(all.allSatisfy { $0.trace == TraceContext(startingAt: $0.event.requestId) })
            #expect(all.allSatisfy { $0.record.keyText == $0.event.requestId })
            await tracker.stop()
        }
    }

    @Test("an end that somebody wrote over is written again")
    func overwritten() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.submit("r", [TrackerBench.target("f1")])
            var zombie = try await bench.ended("r")
            zombie.state = .inProgress
            zombie.version += 3
            try await bench.write(zombie)
            let next = zombie.version + 1
            try await eventually("the end again") { bench.results("r").last?.version == next }
            #expect(bench.results("r").last?.state == .succeeded)
            await tracker.stop()
        }
    }

    @Test("an end that the ledger does not have is reported, not changed")
    func foreignEnd() async throws {
        try await TrackerBench.run { bench in
            var foreign = RemediationResult()
            foreign.requestId = "s"
            foreign.version = 1
            foreign.state = .succeeded
            try await bench.write(foreign)
            let tracker = try await RunningTracker(bench)
            _ = try await bench.accept("s", [TrackerBench.target("f2")])
            try await bench.end("s", .expired, .expired)
            try await eventually("reported") { tracker.log.contains(message: "a result contradicts the ledger") }
            #expect(bench.results("s").map(\.state) == [.succeeded])
            #expect(tracker.metric("results_contradicting_total") ?? 0 >= 1)
            await tracker.stop()
        }
    }
}
