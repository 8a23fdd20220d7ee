internal import JSON
internal import Model
internal import Runtime
internal import TestSupport
internal import Testing

@testable import Cybereason
@testable import Tracker

@Suite("A quarantine's end carries what takes it back", .kafka)
struct ReceiptTests {
    static let quarantine = Samples.quarantine("f1")
    static let seen = FileState(guid: "f1", isQuarantined: true)

    static func looked(_ request: inout EndedRequest, _ search: QuarantineSearch?, _ seconds: Int = 0) {
        var evidence = Evidence.of(files: [seen])
        evidence.copies = search.map { ["f1": $0] } ?? [:]
        request.looked(evidence, now: EndedRequestTests.end + .seconds(seconds))
    }

    @Test("the copy is looked for once the file is seen in quarantine, and the end is verified with it")
    func found() throws {
        var request = try EndedRequestTests.ended([(Self.quarantine, .succeeded)])
        #expect(request.copiesWanted(Evidence()) == [])
        #expect(request.copiesWanted(.of(files: [Self.seen])) == ["f1"])
        Self.looked(&request, .found("9.1"))
        #expect(request.verification == .verified)
        #expect(request.actions.map(\.undo) == [UndoReceipt(.unquarantineFile, targetId: "9.1")])
    }

    @Test("a copy that does not show is waited for a few looks; then the end is verified without a receipt")
    func missing() throws {
        var request = try EndedRequestTests.ended([(Self.quarantine, .succeeded)])
        for second in 1..<EndedRequest.looksForCopy {
            Self.looked(&request, .nothing, second)
            #expect(request.isVerifying && request.questions.isEmpty)
        }
        Self.looked(&request, .nothing, 10)
        #expect(request.verification == .verified && request.actions.first?.undo == nil)
        #expect(request.withoutReceipt.first?.contains("no copy of it") == true)
    }

    @Test("between two candidates none is taken")
    func ambiguous() throws {
        var request = try EndedRequestTests.ended([(Self.quarantine, .succeeded)])
        Self.looked(&request, .ambiguous(["9.1", "9.2"]))
        #expect(request.verification == .verified && request.actions.first?.undo == nil)
        #expect(request.withoutReceipt.first?.contains("9.1, 9.2") == true)
    }

    @Test("a console that does not tell of copies keeps no end from being verified for ever")
    func away() throws {
        var request = try EndedRequestTests.ended([(Self.quarantine, .succeeded)])
        var evidence = Evidence.of(files: [Self.seen])
        evidence.copies = [:]
        evidence.copiesFailure = ConsoleError(.unavailable, "away")
        for second in 0..<10 { request.looked(evidence, now: EndedRequestTests.end + .seconds(second)) }
        #expect(request.isVerifying)
        request.looked(evidence, now: EndedRequestTests.end + .seconds(300))
        #expect(request.verification == .verified)
        var other = try EndedRequestTests.ended([(Self.quarantine, .succeeded)])
        evidence.copiesFailure = ConsoleError(.forbidden, "no", status: 403)
        other.looked(evidence, now: EndedRequestTests.end)
        #expect(other.verification == .verified && other.withoutReceipt.count == 1)
    }

    @Test("the receipt of a real quarantine brings the file back, and stays in every later version")
    func roundTrip() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.submit("r", [TrackerBench.target("f1"), TrackerBench.target("p1", .killProcess)])
            let result = try await bench.verified("r")
            #expect(result.verification == .verified)
            let undo = try #require(result.actions.first { $0.actionType == .quarantineFile }?.undo)
            #expect(undo.actionType == .unquarantineFile && undo.targetId != SimulatedConsole.targets["f1"])
            #expect(result.actions.first { $0.actionType == .killProcess }?.undo == nil)
            let back = ActionTarget(
                machineId: SimulatedConsole.machine, targetId: undo.targetId, actionType: .unquarantineFile)
            try await bench.submit("back", [back])
            #expect(try await bench.ended("back").state == .succeeded)
            // A tracker without that knowledge writes over it.
            var worse = result
            worse.version += 1
            worse.verification = .pending
            for index in worse.actions.indices { worse.actions[index].undo = nil }
            try await bench.write(worse)
            try await eventually("it stands again") { bench.results("r").last?.version ?? 0 > worse.version }
            #expect(bench.results("r").last?.actions.contains { $0.undo == undo } == true)
            await tracker.stop()
            // What was found out is known again from the topic.
            let next = try await RunningTracker(bench)
            try await bench.write(worse)
            try await eventually("it stands again") {
                bench.results("r").last.map { $0.version > worse.version && $0.verification == .verified } ?? false
            }
            #expect(bench.results("r").last?.actions.contains { $0.undo == undo } == true)
            await next.stop()
        }
    }
}
