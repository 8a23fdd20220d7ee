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

    @Test("goes on when it was done in time")
    func done() async throws {
        let probe = try await ProbeProcess.command("stall", "--briefly")
        #expect(await probe.child.status() == .exited(0))
    }
}
