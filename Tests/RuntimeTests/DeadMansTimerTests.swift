import FoundationEssentials
import Glibc
import Runtime
import TestSupport
import Testing

@Suite("A process that must not do something late", .timeLimit(.minutes(1)))
struct DeadMansTimerTests {
    @Test("is killed in time, although it is stopped")
    func stopped() async throws {
        let probe = try await ProbeProcess.command("stall")
        #expect(await probe.child.status() == .signalled(9))
        #expect(probe.output.isEmpty)
    }

    @Test("is killed in time also in a container, where it would be the first process")
    func container() async throws {
        guard await ProbeProcess.mayContain() else { try Test.cancel("no namespaces here") }
        let probe = try await ProbeProcess.container("stall-in-deed")
        #expect(await probe.child.status() == .exited(128 + 9))
    }

    @Test("a container's TERM comes to the service, and its code goes out")
    func term() async throws {
        guard await ProbeProcess.mayContain() else { try Test.cancel("no namespaces here") }
        let probe = try await ProbeProcess.container("well")
        try await eventually("it runs") { probe.output.contains { $0.contains("service started") } }
        let path = "/proc/\(probe.child.processID)/task/\(probe.child.processID)/children"
        let first = try #require(String(contentsOf: URL(filePath: path), encoding: .utf8).split(separator: " ").first)
        kill(try #require(pid_t(first)), SIGTERM)
        #expect(await probe.child.status() == .exited(0))
        #expect(probe.output.contains { $0.contains("service stopped") })
    }

    @Test("goes on when it was done in time")
    func done() async throws {
        let probe = try await ProbeProcess.command("stall", "--briefly")
        #expect(await probe.child.status() == .exited(0))
    }
}
