internal import JSON
internal import Model
internal import Pipeline
internal import Runtime
internal import TestSupport
internal import Testing

@testable import Cybereason
@testable import Tracker

@Suite("Isolation ends by the console's answer, and is verified at the machine", .kafka)
struct IsolationEndTests {
    static let machine = SimulatedConsole.machine
    static let isolate = ActionTarget(machineId: machine, targetId: machine, actionType: .isolateMachine)

    @Test("a machine is as it was asked for, or it is not")
    func claims() throws {
        func finding(_ type: ActionType, _ state: ActionState, _ isIsolated: Bool?) throws -> Claim.Finding {
            var evidence = Evidence()
            evidence.machines = .states(
                .init(found: ["m": MachineState(guid: "m", isIsolated: isIsolated)], completeness: .whole))
            let target = ActionTarget(machineId: "m", targetId: "m", actionType: type)
            return try #require(Claim(ActionResult(target, state: state), submittedAt: nil)).finding(in: evidence)
        }
        #expect(try finding(.isolateMachine, .succeeded, true) == .holds)
        #expect(try finding(.isolateMachine, .succeeded, false) == .fails("the machine is not isolated"))
        #expect(try finding(.isolateMachine, .failed, true) == .fails("the machine is isolated"))
        #expect(try finding(.unisolateMachine, .succeeded, false) == .holds)
        #expect(try finding(.unisolateMachine, .succeeded, true) == .fails("the machine is isolated"))
        #expect(try finding(.isolateMachine, .succeeded, nil) == .unclear)
    }

    @Test("a success is verified and carries its undo", arguments: [true, false])
    func verified(isIsolated: Bool) async throws {
        try await TrackerBench.run { bench in
            if isIsolated { bench.console.isolate() }
            let tracker = try await RunningTracker(bench, verifyFor: .milliseconds(300))
            try await bench.command("r", .succeeded, .completed, [("Succeeded", .succeeded)])
            let result = try await bench.verified("r")
            #expect(result.verification == (isIsolated ? .verified : .contradicted))
            #expect(result.state == .succeeded && result.remediationId == nil)
            #expect(result.actions.map(\.platformStatus) == ["Succeeded"])
            #expect(result.actions.map(\.undo) == [UndoReceipt(.unisolateMachine, targetId: Self.machine)])
            #expect((result.amended?.contains("is not isolated") == true) != isIsolated)
            await tracker.stop()
        }
    }

    @Test("a failure is verified too, and has nothing to take back")
    func failed() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.command("r", .failed, .isolationFailed, [("NotSupported", .failed)])
            let result = try await bench.verified("r")
            #expect(result.state == .failed && result.verification == .verified)
            #expect(result.actions.map(\.undo) == [nil] && result.actions.map(\.platformStatus) == ["NotSupported"])
            await tracker.stop()
        }
    }

    @Test("what the console has said of a command that is still open stands in its results, and in its end")
    func open() async throws {
        try await TrackerBench.run { bench in
            let tracker = try await RunningTracker(bench)
            try await bench.command("r", nil, .isolationPending, [("Primed", .pending)])
            try await eventually("it is shown") { bench.results("r").last?.state == .uncertain }
            #expect(bench.results("r").last?.actions.map(\.platformStatus) == ["Primed"])
            try await bench.end("r", .unknown, .cannotTell)
            let end = try await bench.ended("r")
            #expect(end.actions.map(\.state) == [.unknown] && end.actions.map(\.platformStatus) == ["Primed"])
            #expect(end.verification == nil)
            await tracker.stop()
        }
    }
}

extension TrackerBench {
    /// Writes what an executor does about an isolation; without a state the answer has left it open.
    fileprivate func command(
        _ id: String, _ state: RequestState?, _ reason: Reason, _ words: [(String, ActionState)]
    ) async throws {
        _ = try await accept(id, [IsolationEndTests.isolate])
        #expect(try await ledger.append(ledger.fact(.intent, of: id, attempt: 1)) == .allowed)
        var fact = ledger.fact(state == nil ? .uncertain : .ended, of: id, attempt: 1)
        fact.state = state
        fact.reason = reason
        fact.actions = words.map { word, state in
            var action = ActionResult(IsolationEndTests.isolate, state: state)
            action.platformStatus = word
            return action
        }
        #expect(try await ledger.append(fact) == .allowed)
    }
}
