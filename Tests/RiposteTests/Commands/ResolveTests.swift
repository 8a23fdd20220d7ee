import JSON
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Riposte

/// `riposte resolve` against Kafka, with a remediator and a tracker that do what the test wants.
@Suite(.kafka, .timeLimit(.minutes(2))) struct ResolveTests {
    private func publish(_ state: RequestState, version: Int64, on deployment: Deployment) async throws {
        var result = Sample.result(state, version: version, id: "r")
        result.digest = "d1"
        result.detail = state == .parked ? "nobody can tell" : "as ann said"
        try await deployment.publisher.publish(result, key: "r", to: Topics.results)
    }

    private func decision(on deployment: Deployment) async throws -> RemediationDecision {
        try await eventually("it is decided") { try await !deployment.events(of: Topics.decisions).isEmpty }
        return try #require(try await deployment.events(of: Topics.decisions).first)
    }

    @Test(
        "a parked request is decided with its digest, by whom and why, and the effect is waited for",
        arguments: [
            (["--adopt", "rem-1"], DecisionVerb.adopt, RequestState.submitted), (["--give-up"], .giveUp, .unknown),
            (["--send-again"], .sendAgain, .accepted),
        ])
    func decides(_ how: [String], _ verb: DecisionVerb, _ state: RequestState) async throws {
        let deployment = try await Deployment()
        try await publish(.submitted, version: 1, on: deployment)
        try await publish(.parked, version: 2, on: deployment)
        let run = CommandRun(deployment)
        async let ended = Riposte.program.run(["resolve", "r", "--reason", "INC-1"] + how, run.context)
        let decision = try await decision(on: deployment)
        #expect(decision.decision == verb && decision.requestId == "r" && decision.digest == "d1")
        #expect(decision.decidedBy == "mallory" && decision.reason == "INC-1")
        #expect(decision.remediationId == (verb == .adopt ? "rem-1" : nil))
        try await publish(.parked, version: 3, on: deployment)
        try await publish(state, version: 4, on: deployment)
        #expect(await ended == .done)
        #expect(run.output.contains("request r is \(state.rawValue): as ann said"))
    }

    @Test("what is not parked is left alone", arguments: [RequestState.submitted, .succeeded])
    func notParked(_ state: RequestState) async throws {
        let deployment = try await Deployment()
        try await publish(.parked, version: 1, on: deployment)
        try await publish(state, version: 2, on: deployment)
        let run = CommandRun(deployment)
        #expect(await run.run("resolve", "r", "--give-up") == .failed)
        #expect(run.errors.contains("request r is \(state.rawValue), not PARKED"))
        #expect(try await deployment.events(of: Topics.decisions).isEmpty)
    }

    @Test("a request that nobody knows is none to decide about")
    func unknown() async throws {
        let deployment = try await Deployment()
        let run = CommandRun(deployment)
        #expect(await run.run("resolve", "r", "--give-up") == .failed)
        #expect(run.errors.contains("no result of a request r is known"))
    }

    @Test("without effect in time it says what to look at")
    func noEffect() async throws {
        let deployment = try await Deployment()
        try await publish(.parked, version: 1, on: deployment)
        let run = CommandRun(deployment)
        #expect(await run.run("resolve", "r", "--give-up", "--timeout", "1") == .failed)
        #expect(run.errors.contains("still PARKED"))
        #expect(try await deployment.events(of: Topics.decisions).count == 1)
    }

    @Test(
        "exactly one verb is needed",
        arguments: [[], ["--give-up", "--send-again"], ["--adopt", "x", "--give-up"], ["--adopt", ""]])
    func usage(_ how: [String]) async throws {
        let run = CommandRun()
        #expect(await Riposte.program.run(["resolve", "r"] + how, run.context) == .usage)
    }
}
