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
}
