import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@testable import Riposte

/// The kill switch, as operators use it.
@Suite(.kafka, .timeLimit(.minutes(2))) struct ControlTests {
    @Test("halt and resume write who did it and why, under the switch's key") func records() async throws {
        let deployment = try await Deployment()
        let run = CommandRun(deployment)
        #expect(await run.run("halt", "--reason", "wrong policy", "--by", "oncall") == .done)
        #expect(await run.run("resume", "--reason", "mended") == .done)
        let written = try await deployment.received(of: Topics.control)
        #expect(written.map(\.event.on) == [true, false])
        #expect(written.map(\.event.setBy) == ["oncall", "mallory"])
        #expect(written.map(\.event.reason) == ["wrong policy", "mended"])
        #expect(written.allSatisfy { $0.record.keyText == ControlSwitch.halt })
        #expect(
            written.allSatisfy {
                $0.record.header("ce_type").map { String(decoding: $0, as: UTF8.self) } == ControlSwitch.eventType
            })
        #expect(run.lines.first?.contains("remediation is halted") == true)
        #expect(run.lines.last?.contains("remediation is allowed") == true)
    }

    @Test(
        "who has no USER, as in containers and cron, halts and asks under the name of the account",
        arguments: [nil, ""])
    func unnamed(_ user: String?) async throws {
        let deployment = try await Deployment()
        var environment = CommandRun(deployment).environment
        environment["USER"] = user
        let run = CommandRun(environment: environment)
        #expect(await run.run("halt", "--reason", "no time for names", "--by", "") == .done)
        #expect(await run.run("resume", "--reason", "mended") == .done)
        #expect(await run.run("request", "--machine", "m", "--action", "KILL_PROCESS:t") == .done, "\(run.errors)")
        let account = await SystemAccount.name()
        #expect(!account.isEmpty)
        #expect(try await deployment.received(of: Topics.control).map(\.event.setBy) == [account, account])
        let requests = try await deployment.received(of: Topics.requests)
        #expect(requests.map(\.event.initiatorUserName) == [account])
    }
}
