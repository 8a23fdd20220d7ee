import Glibc
import Runtime
import TestSupport
import Testing

@Suite("A command line as a process", .timeLimit(.minutes(2)))
struct CommandProcessTests {
    @Test("a signal cancels the command, which then ends with 128 and its number", arguments: [SIGTERM, SIGINT])
    func cancelled(_ signal: Int32) async throws {
        let probe = try await ProbeProcess.command("wait")
        try await eventually("it waits") { probe.output == ["waiting"] }
        probe.child.signal(signal)
        #expect(await probe.status() == .exited(128 + signal))
        #expect(probe.errors.isEmpty)
    }

    @Test("a later second signal ends a command that does not heed the first")
    func secondSignal() async throws {
        let probe = try await ProbeProcess.command("ignore")
        try await eventually("it waits") { probe.output == ["waiting"] }
        probe.child.signal(SIGINT)
        try await eventually("it was cancelled") { probe.output.contains("cancelled") }
        try await eventually("a later signal ends it") {
            probe.child.signal(SIGINT)
            return probe.child.currentStatus != nil
        }
        #expect(await probe.status() == .exited(130))
        #expect(probe.errors == ["probe: ended by force: SIGINT came a second time"])
    }

    @Test(
        "errors give their codes",
        arguments: [
            ("usage", 64, "probe fail: that makes no sense"), ("configuration", 78, "probe: configuration: 1 problem"),
            ("unavailable", 75, "probe: kafka is away: no broker answers"),
        ])
    func codes(_ how: String, _ code: Int32, _ printed: String) async throws {
        let probe = try await ProbeProcess.command("fail", how)
        #expect(await probe.status() == .exited(code))
        #expect(probe.errors.first == printed)
    }

    @Test("a command ends when nobody reads its output any more")
    func closedOutput() async throws {
        let shell = try await ChildProcess.start(
            ChildProcess.Configuration(
                executable: "/bin/sh",
                arguments: ["-c", "{ \"$0\" flood; echo \"code $?\" >&2; } | head -n 1", ProbeProcess.executable],
                environment: [:], wrapper: ProbeProcess.executable))
        var errors: [String] = []
        for await line in shell.lines where line.source == .errors { errors.append(line.text) }
        #expect(errors == ["code 141"])
    }

    @Test("a command sees the environment that it was given, and no other")
    func environment() async throws {
        let probe = try await ProbeProcess.command("show", environment: ["A": "1", "B": "x=y\nz"])
        #expect(await probe.status() == .exited(0))
        #expect(probe.output.filter { !$0.contains("_OPTIONS=") && !$0.hasPrefix("LD_") } == ["A=1", "B=x=y", "z"])
    }
}
