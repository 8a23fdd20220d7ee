import JSON
import Kafka
import Model
import Pipeline
import Runtime
import Signing
import TestSupport
import Testing

@testable import Riposte

/// `riposte approve` and `riposte deny` against Kafka, with a remediator and a tracker that do what the test wants.
@Suite(.kafka, .timeLimit(.minutes(2))) struct ApprovalTests {
    /// A result of the request, by whoever has approved it so far.
    private static func result(
        _ state: RequestState, _ reason: Reason? = nil, _ detail: String? = "group finance: approve",
        approvedBy: [String]? = nil, notBy: String? = nil
    ) -> RemediationResult {
        var result = Sample.result(state, version: 1, id: "r", reason: reason)
        result.digest = "d1"
        (result.requestedBy, result.requestReason) = ("soar", "ticket 4711")
        result.notAfter = Sample.time + .seconds(3600)
        (result.detail, result.approvedBy) = (detail, approvedBy)
        result.objections = notBy.map { [ApprovalObjection(by: $0, why: "they asked for it themselves")] }
        return result
    }

    private static let asking = result(.held, .approvalRequired)

    private func publish(_ result: RemediationResult, version: Int64, on deployment: Deployment) async throws {
        var result = result
        result.version = version
        try await deployment.publisher.publish(result, key: "r", to: Topics.results)
    }

    private func decision(on deployment: Deployment) async throws -> RemediationDecision {
        try await eventually("it is decided") { try await !deployment.events(of: Topics.decisions).isEmpty }
        return try #require(try await deployment.events(of: Topics.decisions).first)
    }

    /// Decides on what waits, then shows these results.
    private func decide(
        _ words: [String], on first: RemediationResult = asking, _ then: [RemediationResult]
    ) async throws -> (run: CommandRun, code: ExitCode, decision: RemediationDecision) {
        let deployment = try await Deployment()
        try await publish(first, version: 1, on: deployment)
        let run = CommandRun(deployment)
        async let ended = Riposte.program.run(words + ["--reason", "INC-1"], run.context)
        let decision = try await decision(on: deployment)
        for (index, result) in then.enumerated() {
            try await publish(result, version: Int64(index + 2), on: deployment)
        }
        return await (run, ended, decision)
    }

    @Test(
        "an approval quotes the digest of what was printed, and its effect is waited for",
        arguments: [
            result(.submitted, approvedBy: ["mallory"]), result(.held, .machineOffline, approvedBy: ["mallory"]),
            result(.accepted, approvedBy: ["mallory"]), result(.succeeded, .completed, approvedBy: ["mallory"]),
        ])
    func approves(_ outcome: RemediationResult) async throws {
        let known = Self.result(.held, .approvalRequired, approvedBy: ["mallory"])
        let (run, code, decision) = try await decide(["approve", "r"], [known, outcome])
        #expect(decision.decision == .approve && decision.requestId == "r" && decision.digest == "d1")
        #expect(decision.decidedBy == "mallory" && decision.reason == "INC-1" && decision.attempt == nil)
        #expect(code == .done, "\(run.errors)")
        #expect(run.lines.last == "request r is \(outcome.state.rawValue): group finance: approve")
    }

    @Test("what is asked is printed with names and GUIDs, who asks and until when") func question() async throws {
        let deployment = try await Deployment()
        var detection = Detection()
        detection.malopId = Sample.malop
        detection.machines = [Machine(guid: Sample.machine, name: "FIN-WS-014")]
        try await deployment.publisher.publish(detection, key: Sample.malop, to: Topics.detections)
        try await publish(Self.asking, version: 1, on: deployment)
        let run = CommandRun(deployment)
        #expect(await run.run("approve", "r", "--timeout", "1") == .failed)
        #expect(run.errors.contains("after 1 s request r still waits for an approval"))
        #expect(
            run.lines.map(String.init) == [
                "request r (digest d1)",
                "  action      KILL_PROCESS \(Sample.process) (name not known) on FIN-WS-014 (\(Sample.machine))",
                "  malop       \(Sample.malop)", "  asked by    soar", "  because     ticket 4711",
                "  not after   \((Sample.time + .seconds(3600)).rfc3339)",
                "  waits for   approval-required: group finance: approve",
            ])
    }

    @Test(
        "an approval that did not count is told",
        arguments: [
            (result(.held, .approvalRequired, "not mallory", approvedBy: ["mallory"], notBy: "mallory"), "not mallory"),
            (result(.denied, .denied, "denied by bob"), "DENIED (denied): denied by bob"),
            (result(.denied, .approvalExpired, "too late"), "DENIED (approval-expired): too late"),
            (result(.refused, .protectedMachine, "a server", approvedBy: ["mallory"]), "REFUSED (protected-machine)"),
        ])
    func didNotCount(_ outcome: RemediationResult, _ words: String) async throws {
        let (run, code, _) = try await decide(["approve", "r"], [outcome])
        #expect(code == .failed)
        #expect(run.errors.contains("the decision did not count: request r is") && run.errors.contains(words))
    }

    @Test("words for somebody else who may not approve are no answer to this approval") func others() async throws {
        let forBob = Self.result(.held, .approvalRequired, "not bob", approvedBy: ["bob"], notBy: "bob")
        let known = Self.result(.held, .approvalRequired, "not bob", approvedBy: ["bob", "mallory"], notBy: "bob")
        let outcome = Self.result(.submitted, approvedBy: ["bob", "mallory"])
        let (run, code, _) = try await decide(["approve", "r"], [forBob, known, outcome])
        #expect(code == .done, "\(run.errors)")
    }

    @Test(
        "a denial ends whatever waits", arguments: [asking, result(.held, .halted), result(.accepted)])
    func denies(_ first: RemediationResult) async throws {
        let outcome = Self.result(.denied, .denied, "denied by mallory: INC-1")
        let (run, code, decision) = try await decide(["deny", "r"], on: first, [Self.result(.held, .halted), outcome])
        #expect(decision.decision == .deny && decision.digest == "d1")
        #expect(code == .done, "\(run.errors)")
        #expect(run.lines.last == "request r is DENIED: denied by mallory: INC-1")
    }

    @Test("a decision is signed with the key that is given, byte for byte as it was published") func signed()
        async throws
    {
        let key = try TemporaryFile("a secret of more than thirty-two bytes, as keys should be")
        let deployment = try await Deployment()
        try await publish(Self.asking, version: 1, on: deployment)
        let run = CommandRun(deployment)
        #expect(await run.run("deny", "r", "--sign", key.path, "--key-id", "oncall", "--timeout", "1") == .failed)
        let record = try #require(try await deployment.received(of: Topics.decisions).first?.record)
        let signer = RecordSigner(keyID: "oncall", key: try SigningKey(contentsOf: key.path))
        let expected = try signer.headers(for: try #require(record.value))
        #expect(expected.count == 2)
        for (name, value) in expected {
            #expect(record.header(name).map { String(decoding: $0, as: UTF8.self) } == value, "\(name)")
        }
    }

    @Test("a denial that came too late is told", arguments: [RequestState.submitted, .succeeded, .parked])
    func deniedTooLate(_ state: RequestState) async throws {
        let (run, code, _) = try await decide(["deny", "r"], [Self.result(state, nil, nil)])
        #expect(code == .failed)
        #expect(run.errors.contains("the decision did not count: request r is \(state.rawValue)"))
    }

    @Test(
        "what does not wait for it is left alone",
        arguments: [
            ("approve", result(.held, .halted), "HELD (halted), not waiting for an approval"),
            ("approve", result(.succeeded), "SUCCEEDED, not waiting for an approval"),
            ("deny", result(.submitted), "SUBMITTED, not waiting: it is too late"),
            ("deny", result(.denied, .denied), "DENIED (denied), not waiting: it is too late"),
        ])
    func nothing(_ verb: String, _ first: RemediationResult, _ words: String) async throws {
        let deployment = try await Deployment()
        try await publish(first, version: 1, on: deployment)
        let run = CommandRun(deployment)
        #expect(await run.run(verb, "r") == .failed)
        #expect(run.errors.contains(words) && run.output.isEmpty)
        #expect(try await deployment.events(of: Topics.decisions).isEmpty)
    }
}
