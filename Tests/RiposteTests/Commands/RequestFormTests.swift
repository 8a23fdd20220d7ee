import JSON
import Model
import Runtime
import Testing

@testable import Riposte

/// Requests made of flags.
@Suite struct RequestFormTests {
    /// The arguments as the command line reads them.
    private func request(_ arguments: String...) async throws -> RemediationRequest {
        let made = Collected<RemediationRequest>()
        let options: [CommandOption] = [
            .value("machine", "", help: ""), .value("action", "", help: ""), .value("malop", "", help: ""),
            .value("reason", "", help: ""), .value("not-after", "", help: ""), .value("expires-in", "", help: ""),
            .flag("dry-run", help: ""),
        ]
        let program = CommandProgram(
            name: "test", summary: "",
            commands: [
                Command("", summary: "", options: options) { arguments, _ in
                    made.value = try RequestForm.request(arguments, user: "mallory", now: Sample.time)
                    return .done
                }
            ])
        let run = CommandRun()
        guard await program.run(arguments, run.context) == .done, let request = made.value else {
            throw UsageError(run.errors)
        }
        return request
    }

    @Test("flags become the request that they say") func flags() async throws {
        let request = try await request(
            "--machine", "m1", "--action", "KILL_PROCESS:p1", "--action", "QUARANTINE_FILE:f:1", "--malop", "x",
            "--reason", "why", "--expires-in", "15m", "--dry-run")
        #expect(request.targets.map(\.description) == ["QUARANTINE_FILE of f:1 on m1", "KILL_PROCESS of p1 on m1"])
        #expect(request.malopId == "x")
        #expect(request.initiatorUserName == "mallory")
        #expect(request.reason == "why")
        #expect(request.notAfter == Sample.time + .seconds(900))
        #expect(request.dryRun == true)
        #expect(request.requestId == nil)
    }

    @Test("what is not said is not in the request") func plain() async throws {
        let request = try await request("--machine", "m1", "--action", "BLOCK_FILE:f")
        #expect(request.malopId == nil && request.notAfter == nil && request.dryRun == nil && request.reason == nil)
    }

    @Test(
        "an action that is none is refused with what is allowed",
        arguments: ["KILL_PROCESS", "KILL_PROCESS:", "KILL:p", ":p", "kill_process:p", "ISOLATE_HOST:m"])
    func action(_ text: String) {
        let error = #expect(throws: UsageError.self) { try RequestForm.action(text) }
        #expect(error?.description.contains("Allowed:") == true)
    }

    @Test(
        "a span is a number and a unit, or seconds",
        arguments: [("90s", 90), ("15m", 900), ("2h", 7200), ("2160h", 7_776_000), ("5", 5)])
    func span(_ text: String, _ seconds: Int) {
        #expect(RequestForm.duration(text) == .seconds(seconds))
    }

    @Test(
        "anything else is no span",
        arguments: ["", "s", "-5", "-5m", "0s", "1.5h", "5d", "2161h", "٣m", "99999999999999999999s"])
    func noSpan(_ text: String) {
        #expect(RequestForm.duration(text) == nil)
    }

    @Test("a time must be one, and may be said in one way only") func notAfter() async throws {
        let request = try await request(
            "--machine", "m", "--action", "BLOCK_FILE:f", "--not-after", "2026-11-22T10:00:00Z")
        #expect(request.notAfter?.rfc3339 == "2026-11-22T10:00:00.000Z")
        for wrong in [["--not-after", "tomorrow"], ["--not-after", "2026-11-22T10:00:00Z", "--expires-in", "5m"]] {
            await #expect(throws: UsageError.self) {
                _ = try await self.request("--machine", "m", "--action", "BLOCK_FILE:f", wrong[0], wrong[1])
                if wrong.count > 2 {
                    _ = try await self.request(
                        "--machine", "m", "--action", "BLOCK_FILE:f", wrong[0], wrong[1], wrong[2], wrong[3])
                }
            }
        }
    }

    @Test("an id that is made is new each time") func newID() {
        let ids = Set((0..<1000).map { _ in RequestCommand.newID() })
        #expect(ids.count == 1000)
        #expect(ids.allSatisfy { $0.count == 20 && $0.hasPrefix("cli-") })
    }
}
