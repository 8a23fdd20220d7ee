import JSON
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Riposte

/// `riposte resolve` against Kafka, with a remediator and a tracker that do what the test wants.
@Suite(.kafka, .timeLimit(.minutes(2))) struct ResolveTests {
    private static let expiry = Timestamp(milliseconds: 1_795_341_600_000)

    /// A result of the request after its second attempt.
    private static func result(
        _ state: RequestState, _ reason: Reason? = nil, remediation: String? = nil, attempts: Int = 2,
        notAfter: Timestamp = expiry
    ) -> RemediationResult {
        var result = Sample.result(state, version: 1, id: "r")
        result.digest = "d1"
        result.detail = state == .parked ? "nobody can tell" : "as ann said"
        (result.reason, result.remediationId) = (reason, remediation)
        (result.attempts, result.notAfter) = (attempts, notAfter)
        return result
    }

    private func publish(_ result: RemediationResult, version: Int64, on deployment: Deployment) async throws {
        var result = result
        result.version = version
        try await deployment.publisher.publish(result, key: "r", to: Topics.results)
    }

    private func publish(_ state: RequestState, version: Int64, on deployment: Deployment) async throws {
        try await publish(Self.result(state), version: version, on: deployment)
    }

    private func decision(on deployment: Deployment) async throws -> RemediationDecision {
        try await eventually("it is decided") { try await !deployment.events(of: Topics.decisions).isEmpty }
        return try #require(try await deployment.events(of: Topics.decisions).first)
    }

    @Test(
        "a parked request is decided with its digest, by whom and why, and the effect is waited for",
        arguments: [
            (["--adopt", "rem-1"], DecisionVerb.adopt, result(.submitted, remediation: "rem-1")),
            (["--give-up"], .giveUp, result(.unknown, .givenUp)),
            (["--send-again"], .sendAgain, result(.accepted, .sendAgain)),
            (["--send-again"], .sendAgain, result(.held, .halted, notAfter: expiry + .seconds(1))),
            (["--send-again"], .sendAgain, result(.uncertain, attempts: 3)),
        ])
    func decides(_ how: [String], _ verb: DecisionVerb, _ outcome: RemediationResult) async throws {
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
        try await publish(outcome, version: 4, on: deployment)
        #expect(await ended == .done)
        #expect(run.output.contains("request r is \(outcome.state.rawValue): as ann said"))
    }

    @Test(
        "a decision that did not count is told: the request became something else",
        arguments: [
            (["--adopt", "rem-1"], result(.submitted, remediation: "rem-2")),
            (["--adopt", "rem-1"], result(.unknown, .givenUp)), (["--give-up"], result(.unknown, .cannotTell)),
            (["--give-up"], result(.submitted, remediation: "rem-1")),
            (["--send-again"], result(.unknown, .givenUp)), (["--send-again"], result(.accepted)),
        ])
    func didNotCount(_ how: [String], _ outcome: RemediationResult) async throws {
        let deployment = try await Deployment()
        try await publish(.parked, version: 1, on: deployment)
        let run = CommandRun(deployment)
        async let ended = Riposte.program.run(["resolve", "r"] + how, run.context)
        _ = try await decision(on: deployment)
        try await publish(outcome, version: 2, on: deployment)
        #expect(await ended == .failed)
        #expect(run.errors.contains("the decision did not count: request r is \(outcome.state.rawValue)"))
        #expect(run.errors.contains("as ann said") && run.output.isEmpty)
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
