import JSON
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Riposte

/// `riposte doctor`.
@Suite(.timeLimit(.minutes(2))) struct DoctorTests {
    private static func control(on: Bool) -> ControlSwitch {
        ControlCommands.control(on: on, by: "ann", reason: "wrong policy", at: Sample.time)
    }

    /// What each line begins with: its grade and its subject.
    private func heads(_ run: CommandRun) -> [String] {
        run.lines.filter { !$0.hasPrefix("   ") }
            .map { $0.split(separator: " ", omittingEmptySubsequences: true).prefix(2).joined(separator: " ") }
    }

    @Test("while Kafka is away it says so, looks at the rest, and the code is 75") func away() async throws {
        let policy = try TemporaryFile("rules: []\n")
        let run = CommandRun(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "POLICY_FILE": policy.path,
        ])
        #expect(await run.run("doctor") == .unavailable)
        #expect(heads(run) == ["fail kafka", "ok policy", "ok console", "ok intel"])
        #expect(run.output.contains("\(policy.path): 1 rule") == false && run.output.contains("riposte_policy_info"))
        let loose = try TemporaryFile("mode: approve\nrules: []\n")
        let warned = CommandRun(environment: [
            "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "POLICY_FILE": loose.path,
        ])
        #expect(await warned.run("doctor") == .unavailable)
        #expect(heads(warned) == ["fail kafka", "warn policy", "ok console", "ok intel"])
    }

    @Test("an installation without a fault but that of the embedded broker ends with 0", .kafka) func well()
        async throws
    {
        let deployment = try await Deployment()
        try await deployment.publisher.publish(Self.control(on: false), key: ControlSwitch.halt, to: Topics.control)
        let run = CommandRun(deployment)
        #expect(await run.run("doctor") == .done)
        #expect(
            heads(run) == [
                "ok kafka", "warn topics", "ok access", "ok clocks", "ok switch", "ok policy", "ok console",
                "ok intel", "ok requests",
            ])
        #expect(run.output.contains("by ann: wrong policy") && run.errors.isEmpty)
    }

    @Test("what fails, and what waits for somebody, is named with what to do about it", .kafka) func ill() async throws
    {
        let deployment = try await Deployment()
        let asking = Sample.result(.held, version: 1, id: "a", reason: .approvalRequired)
        let parked = Sample.result(.parked, version: 1, id: "p", reason: .cannotTell)
        for result in [asking, parked] {
            try await deployment.publisher.publish(result, key: result.requestId, to: Topics.results)
        }
        let policy = try TemporaryFile("rules:\n  - name: x\n    when: {verdict: [bad]}\n    actions: [SING]\n")
        let environment = CommandRun(deployment).environment.merging(["POLICY_FILE": policy.path]) { $1 }
        let run = CommandRun(environment: environment)
        #expect(await run.run("doctor") == .failed)
        #expect(
            heads(run) == [
                "ok kafka", "warn topics", "ok access", "ok clocks", "fail switch", "fail policy", "ok console",
                "ok intel", "warn requests",
            ])
        for words in ["riposte resume", "\(policy.path):3:", "riposte approve --list", "p: riposte resolve"] {
            #expect(run.output.contains(words), "\(words)")
        }
    }

    @Test("the switch is as its newest word, and what cannot be read is a halt", .kafka) func haltSwitch() async throws
    {
        let deployment = try await Deployment()
        try await deployment.publisher.publish(Self.control(on: false), key: ControlSwitch.halt, to: Topics.control)
        try await deployment.publisher.publish(Self.control(on: true), key: ControlSwitch.halt, to: Topics.control)
        let halted = CommandRun(deployment)
        #expect(await halted.run("doctor") == .done)
        #expect(halted.output.contains("remediation is halted since \(Sample.time.rfc3339)"))
        try await deployment.publisher.publish(Self.control(on: false), key: ControlSwitch.halt, to: Topics.control)
        try await deployment.send(raw: Array("stop!".utf8), key: ControlSwitch.halt, to: Topics.control)
        let unreadable = CommandRun(deployment)
        #expect(await unreadable.run("doctor") == .done)
        #expect(unreadable.output.contains("by an unreadable record"))
    }

    @Test("open requests are counted by what they wait for") func requests() {
        #expect(
            StateFindings.requests([Sample.result(.succeeded, version: 1)], now: Sample.time)
                == Finding(.ok, "requests", "none is open"))
        let results = [
            Sample.result(.held, version: 1, id: "1", reason: .machineOffline),
            Sample.result(.held, version: 1, id: "2", reason: .halted),
            Sample.result(.held, version: 1, id: "3", reason: .halted), Sample.result(.submitted, version: 1, id: "4"),
        ]
        #expect(
            StateFindings.requests(results, now: Sample.time)
                == Finding(.ok, "requests", "4 open; 3 held (2 halted, 1 machine-offline)"))
        let asking = Sample.result(.held, version: 1, id: "5", reason: .approvalRequired)
        #expect(
            StateFindings.requests([asking], now: Sample.time + .seconds(600))
                == Finding(
                    .warn, "requests",
                    "1 open; 1 waiting for an approval, the oldest for 9m: riposte approve --list"))
    }
}
