import Glibc
import Runtime
import TestSupport
import Testing

@testable import Runtime

@Suite("A service as a process", .timeLimit(.minutes(2)))
struct ServiceProcessTests {
    @Test("TERM and INT end it with 0, stopped in reverse", arguments: [SIGTERM, SIGINT])
    func signals(_ signal: Int32) async throws {
        let probe = try await ProbeProcess.service()
        try await probe.until("service started")
        probe.child.signal(signal)
        #expect(await probe.status() == .exited(0))
        #expect(probe.components("started") == ["first", "second", "third"])
        #expect(probe.components("stopped") == ["third", "second", "first"])
        #expect(probe.says("service stopped"))
        #expect(probe.errors.isEmpty)
    }

    @Test("on TERM it is first not ready, while it still answers and stops")
    func notReadyFirst() async throws {
        let probe = try await ProbeProcess.service("wait-in-stop")
        let port = try await probe.port()
        try await probe.until("service started")
        #expect(try await HealthClient.get("/readyz", port: port).status == 200)
        probe.child.signal(SIGTERM)
        try await eventually("second is being stopped") { probe.components("stopping").contains("second") }
        let (status, body) = try await HealthClient.get("/readyz", port: port)
        #expect(status == 503)
        #expect(body.contains("\"stopping\":true"))
        #expect(try await HealthClient.get("/livez", port: port).status == 200)
        let line = try #require(
            probe.output.firstIndex {
                probe.field("message", of: $0) == "readiness changed" && $0.contains("\"ready\":false")
            })
        let stop = try #require(probe.output.firstIndex { probe.field("message", of: $0) == "stopping" })
        #expect(line < stop)
        probe.child.signal(SIGKILL)
        #expect(await probe.status() == .signalled(SIGKILL))
    }

    @Test(
        "a later second signal ends it at once, with 128 and the signal's number, and says so",
        arguments: [SIGTERM, SIGINT])
    func secondSignal(_ signal: Int32) async throws {
        let probe = try await ProbeProcess.service("hang-stop")
        try await probe.until("service started")
        probe.child.signal(SIGTERM)
        try await eventually("second is being stopped") { probe.components("stopping").contains("second") }
        // Those of the first second are ignored.
        try await eventually("a later signal ends it") {
            probe.child.signal(signal)
            return probe.child.currentStatus != nil
        }
        #expect(await probe.status() == .exited(128 + signal))
        #expect(probe.says("service ended by force: a second signal came before it had stopped"))
    }

    @Test("signals that repeat the first one at once are the same wish", arguments: [SIGTERM, SIGINT])
    func repeatedSignal(_ signal: Int32) async throws {
        let probe = try await ProbeProcess.service()
        try await probe.until("service started")
        for number in [signal, SIGTERM, SIGINT, signal] { probe.child.signal(number) }
        #expect(await probe.status() == .exited(0))
        #expect(probe.components("stopped") == ["third", "second", "first"])
        #expect(probe.says("service stopped"))
    }

    @Test(
        "what hangs past the deadline is named, and the process ends with 70",
        arguments: [("hang-stop", "stop of second"), ("hang-run", "run of second, after its stop")])
    func hung(_ behaviour: String, _ step: String) async throws {
        let probe = try await ProbeProcess.service(behaviour, deadline: 200)
        try await probe.until("service started")
        probe.child.signal(SIGTERM)
        #expect(await probe.status() == .exited(70))
        let line = try #require(probe.output.first { probe.field("message", of: $0) == "shutdown hung" })
        #expect(probe.field("step", of: line) == step)
    }

    @Test("a start that hangs does not keep the process either")
    func hungStart() async throws {
        let probe = try await ProbeProcess.service("hang-start", deadline: 200)
        try await eventually("second starts") { probe.components("starting").contains("second") }
        probe.child.signal(SIGTERM)
        #expect(await probe.status() == .exited(70))
        #expect(probe.output.last?.contains("start of second") == true)
    }

    @Test("a start that waits is interrupted by TERM, and what had started is stopped")
    func interruptedStart() async throws {
        let probe = try await ProbeProcess.service("wait-in-start")
        let port = try await probe.port()
        try await eventually("second starts") { probe.components("starting").contains("second") }
        #expect(try await HealthClient.get("/readyz", port: port).status == 503)
        probe.child.signal(SIGTERM)
        #expect(await probe.status() == .exited(0))
        #expect(probe.components("stopped") == ["first"])
    }

    @Test(
        "what fails gives its code, after the others were stopped",
        arguments: [
            ("fail-start", 1, ["second", "first"]), ("unavailable", 75, ["second", "first"]),
            ("end-run", 1, ["third", "second", "first"]), ("fail-run", 1, ["third", "second", "first"]),
        ])
    func failures(_ behaviour: String, _ code: Int32, _ stopped: [String]) async throws {
        let probe = try await ProbeProcess.service(behaviour, in: "third")
        #expect(await probe.status() == .exited(code))
        #expect(probe.components("stopped") == stopped)
    }

    @Test("a component that fails while it is stopped gives 1")
    func failsLate() async throws {
        let probe = try await ProbeProcess.service("fail-late")
        try await probe.until("service started")
        probe.child.signal(SIGTERM)
        #expect(await probe.status() == .exited(1))
        #expect(probe.says("component failed while stopping"))
    }

    @Test("a port that is taken ends it with 1")
    func portTaken() async throws {
        let first = try await ProbeProcess.service()
        let port = try await first.port()
        let second = try await ProbeProcess.service(environment: ["HTTP_PORT": "\(port)"])
        #expect(await second.status() == .exited(1))
        #expect(second.components("component failed") == ["health-server"])
        #expect(await first.child.terminate(grace: .seconds(20)) == .exited(0))
    }
}
