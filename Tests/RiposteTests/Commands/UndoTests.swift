import JSON
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Riposte

/// `riposte undo` against Kafka, with a tracker that says what the test wants.
@Suite(.kafka, .timeLimit(.minutes(2))) struct UndoTests {
    private static let isolate = ActionTarget(
        machineId: Sample.machine, targetId: Sample.machine, actionType: .isolateMachine)

    private static func result(
        _ state: RequestState, _ actions: [(ActionTarget, ActionState, UndoReceipt?)], id: String = "r-1",
        verification: Verification? = .verified
    ) -> RemediationResult {
        var result = Sample.result(state, version: 4, id: id, actions: actions.map { ($0.0, $0.1) })
        for (index, action) in actions.enumerated() { result.actions[index].undo = action.2 }
        result.acceptedAt = Sample.time
        result.verification = verification
        return result
    }

    private static let receipt = UndoReceipt(.unquarantineFile, targetId: "9.1")
    private static let done = result(
        .succeeded, [(Sample.quarantine, .succeeded, receipt), (Sample.kill, .succeeded, nil)])

    private func undone(_ result: RemediationResult, _ run: (Deployment) async throws -> Void) async throws {
        let deployment = try await Deployment()
        try await deployment.publisher.publish(result, key: result.requestId, to: Topics.results)
        try await run(deployment)
    }

    @Test("a quarantine is undone by its receipt, and what cannot be is said") func quarantine() async throws {
        try await undone(Self.done) { deployment in
            let run = CommandRun(deployment)
            #expect(await run.run("undo", "r-1", "--reason", "false alarm", "--by", "ann") == .done)
            let request = try #require(try await deployment.events(of: Topics.requests).first)
            #expect(
                request.targets == [
                    ActionTarget(machineId: Sample.machine, targetId: "9.1", actionType: .unquarantineFile)
                ])
            #expect(request.malopId == Sample.malop && request.initiatorUserName == "ann")
            #expect(request.reason == "false alarm" && request.dryRun == nil)
            #expect(run.output.contains("not undone: \(Sample.kill): a process that was ended cannot be brought back"))
            #expect(run.output.contains("request \(try #require(request.requestId)) published"))
        }
    }

    @Test("twice is one request; after one that came to nothing it is asked for again") func twice() async throws {
        try await undone(Self.done) { deployment in
            #expect(await CommandRun(deployment).run("undo", "r-1") == .done)
            #expect(await CommandRun(deployment).run("undo", "r-1") == .done)
            let ids = try await deployment.events(of: Topics.requests).compactMap(\.requestId)
            #expect(Set(ids).count == 1)
            let id = try #require(ids.first)
            try await deployment.publisher.publish(
                Sample.result(.submitted, version: 1, id: id), key: id, to: Topics.results)
            let known = CommandRun(deployment)
            #expect(await known.run("undo", "r-1") == .done)
            #expect(known.output.contains("request \(id) is for that already: SUBMITTED"))
            #expect(try await deployment.events(of: Topics.requests).count == ids.count)
            try await deployment.publisher.publish(
                Sample.result(.expired, version: 2, id: id), key: id, to: Topics.results)
            #expect(await CommandRun(deployment).run("undo", "r-1") == .done)
            let after = try await deployment.events(of: Topics.requests).compactMap(\.requestId)
            #expect(after.count == ids.count + 1 && Set(after).count == 2)
        }
    }

    @Test("an isolation is undone by its end; with --wait the end of that is the command's") func isolation()
        async throws
    {
        let undo = UndoReceipt(.unisolateMachine, targetId: Sample.machine)
        try await undone(Self.result(.succeeded, [(Self.isolate, .succeeded, undo)])) { deployment in
            let run = CommandRun(deployment)
            async let ended = run.run("undo", "r-1", "--wait")
            try await eventually("it is published") { try await !deployment.events(of: Topics.requests).isEmpty }
            let request = try #require(try await deployment.events(of: Topics.requests).first)
            #expect(request.targets.map(\.actionType) == [.unisolateMachine])
            let id = try #require(request.requestId)
            try await deployment.publisher.publish(
                Sample.result(.refused, version: 1, id: id), key: id, to: Topics.results)
            #expect(await ended == .failed)
        }
    }

    @Test("a request that is open, unknown, or has nothing to take back is not undone") func nothing() async throws {
        let open = Self.result(.submitted, [(Sample.quarantine, .pending, nil)], id: "open")
        let killed = Self.result(.succeeded, [(Sample.kill, .succeeded, nil)], id: "killed")
        try await undone(open) { deployment in
            try await deployment.publisher.publish(killed, key: "killed", to: Topics.results)
            for (id, words) in [
                ("open", "only what has ended can be undone"), ("killed", "nothing of it can be undone"),
                ("unknown", "no result of a request unknown is known"),
            ] {
                let run = CommandRun(deployment)
                #expect(await run.run("undo", id) == .failed)
                #expect(run.errors.contains(words), "\(id)")
            }
            #expect(try await deployment.events(of: Topics.requests).isEmpty)
        }
    }

    @Test("each action that is left says why") func reasons() {
        let registry = ActionTarget(machineId: "m", targetId: "k", actionType: .deleteRegistryKey)
        let back = ActionTarget(machineId: "m", targetId: "9.1", actionType: .unquarantineFile)
        func words(
            _ target: ActionTarget, _ state: ActionState, _ verification: Verification = .verified
        ) -> String? {
            let result = Self.result(.partial, [(target, state, nil)], verification: verification)
            let plan = UndoPlan(result, by: "ann", reason: nil)
            return plan.steps.isEmpty ? plan.left.first?.words : nil
        }
        #expect(words(Sample.quarantine, .failed)?.hasPrefix("it is FAILED") == true)
        #expect(words(Sample.quarantine, .timedOut)?.contains("nobody knows") == true)
        #expect(words(Sample.quarantine, .succeeded)?.contains("no quarantined copy is certainly") == true)
        #expect(words(Sample.quarantine, .succeeded, .pending)?.contains("try again") == true)
        #expect(words(registry, .succeeded)?.contains("cannot be brought back") == true)
        #expect(words(back, .succeeded)?.contains("an undo itself") == true)
    }

    @Test("isolation is undone in a request of its own") func mixed() {
        let undo = UndoReceipt(.unisolateMachine, targetId: Sample.machine)
        let result = Self.result(
            .succeeded, [(Sample.quarantine, .succeeded, Self.receipt), (Self.isolate, .succeeded, undo)])
        let plan = UndoPlan(result, by: "ann", reason: nil)
        #expect(plan.steps.map { $0.request.targets.map(\.actionType) } == [[.unisolateMachine], [.unquarantineFile]])
        #expect(Set(plan.steps.flatMap(\.ids)).count == plan.steps.flatMap(\.ids).count)
        #expect(plan == UndoPlan(result, by: "ann", reason: nil))
    }
}
