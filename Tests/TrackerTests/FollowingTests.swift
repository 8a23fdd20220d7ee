internal import JSON
internal import Model
internal import Runtime
internal import TestSupport
internal import Testing

@testable import Tracker

@Suite("Remediations followed to their end", .kafka)
struct FollowingTests {
    @Test("a remediation that succeeds, with and without a malop", arguments: [nil, SimulatedConsole.malop])
    func success(malop: String?) async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            let remediation = try await bench.submit("r", [TrackerBench.target("slow")], malop: malop)
            try await eventually("in progress") { bench.results("r").last?.state == .inProgress }
            #expect(bench.results("r").last?.actions.allSatisfy { $0.platformStatus != nil } == true)
            bench.console.finishSlow()
            let end = try await bench.ended("r")
            #expect(end.state == .succeeded && end.reason == .completed && end.remediationId == remediation)
            #expect(end.actions.map(\.platformStatus) == ["SUCCESS"])
            #expect(end.malopId == malop && end.attempts == 1 && end.endedAt != nil && end.verification == .pending)
            try await eventually("it is counted") { tracker.metric("requests_ended_total{state=\"SUCCEEDED\"}") == 1 }
            #expect(tracker.metric("tracked_requests") == 0)
            #expect(await tracker.stop() == 0)
        }
    }

    @Test("of two targets one fails: partial, and each action says its own")
    func partial() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            let targets = [TrackerBench.target("f1"), TrackerBench.target("failing")]
            try await bench.submit("r", targets)
            let end = try await bench.ended("r")
            #expect(end.state == .partial && end.reason == .someFailed)
            let byTarget = Dictionary(uniqueKeysWithValues: end.actions.map { ($0.target, $0) })
            #expect(byTarget[targets[0]]?.state == .succeeded)
            #expect(byTarget[targets[1]]?.state == .failed)
            #expect(byTarget[targets[1]]?.errorType == "INVALID_ARGUMENT")
            #expect(byTarget[targets[1]]?.error == "Access denied")
            await tracker.stop()
        }
    }

    @Test("failures, lines without a target, and a console that never sets its end")
    func shapes() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.submit("failing", [TrackerBench.target("failing")])
            try await bench.submit("nameless", [TrackerBench.target("nameless")])
            try await bench.submit("endless", [TrackerBench.target("endless")])
            let failed = try await bench.ended("failing")
            #expect(failed.state == .failed && failed.reason == .allFailed)
            #expect(failed.detail?.contains("Access denied") == true)
            #expect(try await bench.ended("nameless").state == .succeeded)
            #expect(try await bench.ended("endless").state == .succeeded)
            await tracker.stop()
        }
    }

    @Test("an offline machine: at the deadline what is pending is aborted, and the request has timed out")
    func deadline() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench, deadline: .seconds(1))
            try await bench.submit("r", [TrackerBench.target("offline"), TrackerBench.target("f1")])
            let end = try await bench.ended("r")
            #expect(end.state == .timedOut && end.reason == .deadline)
            let byTarget = Dictionary(uniqueKeysWithValues: end.actions.map { ($0.target, $0.state) })
            #expect(byTarget[TrackerBench.target("f1")] == .succeeded)
            #expect(byTarget[TrackerBench.target("offline")] == .aborted)
            #expect(bench.console.accepted("abort") >= 1)
            #expect(tracker.log.contains(message: "deadline passed, abort asked for"))
            await tracker.stop()
        }
    }

    @Test("a host whose clock is hours ahead brings no deadline, nor does a console whose clock is")
    func hostAhead() async throws {
        try await TrackerBench.run { bench in
            var tracker = try await RunningTracker(bench, ahead: .seconds(7200))
            try await bench.submit("r", [TrackerBench.target("slow")])
            let polls = bench.console.progressRequests
            try await eventually("it is asked for again and again") { bench.console.progressRequests > polls + 3 }
            #expect(bench.console.accepted("abort") == 0 && !bench.results("r").contains { $0.state.isEnd })
            bench.console.finishSlow()
            #expect(try await bench.ended("r").state == .succeeded)
            // Now the console is ten minutes ahead of everyone else.
            await tracker.stop()
            tracker = try await RunningTracker(bench)
            try await bench.submit("next", [TrackerBench.target("slow")])
            let before = bench.console.progressRequests
            try await eventually("the next one, too") { bench.console.progressRequests > before + 3 }
            #expect(bench.console.accepted("abort") == 0 && !bench.results("next").contains { $0.state.isEnd })
            await tracker.stop()
        }
    }

    @Test("a log that stays empty is no end: it times out")
    func emptyLog() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench, deadline: .seconds(1))
            try await bench.submit("r", [TrackerBench.target("mute")])
            #expect(try await bench.ended("r").state == .timedOut)
            #expect(bench.results("r").dropLast().allSatisfy { $0.state == .accepted || $0.state == .submitted })
            await tracker.stop()
        }
    }

    @Test("the console's sessions end in the middle")
    func sessionExpiry() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.submit("r", [TrackerBench.target("slow")])
            for _ in 1...3 {
                let polls = bench.console.progressRequests
                try await eventually("it polls") { bench.console.progressRequests > polls + 1 }
                bench.console.endSessions()
            }
            bench.console.finishSlow()
            #expect(try await bench.ended("r").state == .succeeded)
            await tracker.stop()
        }
    }

    static let spells = [
        #"{"kind": "html"}"#, #"{"kind": "status", "code": 503}"#, #"{"kind": "status", "code": 404}"#,
        #"{"kind": "cut"}"#, #"{"kind": "garbage"}"#, #"{"kind": "truncated"}"#, #"{"kind": "status", "code": 429}"#,
    ]

    @Test("a console that answers nonsense for a while ends nothing", arguments: spells)
    func spell(fault: String) async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try bench.console.fail("/rest/remediate/progress/*", fault)
            try await bench.submit("r", [TrackerBench.target("f1")])
            let polls = bench.console.progressRequests
            try await eventually("the console was asked in vain") { bench.console.progressRequests > polls + 1 }
            if !fault.contains("404") {
                try await eventually("it is said") { tracker.log.contains(message: "progress cannot be read") }
            }
            #expect(!bench.results("r").contains { $0.state.isEnd })
            bench.console.mend()
            #expect(try await bench.ended("r").state == .succeeded)
            await tracker.stop()
        }
    }
}
