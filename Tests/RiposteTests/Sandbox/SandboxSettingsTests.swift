import FoundationEssentials
import Glibc
import Testing

@testable import Riposte

/// What the sandbox's children are given.
@Suite struct SandboxSettingsTests {
    private let settings = SandboxSettings(
        bootstrapServers: "127.0.0.1:9", consoleURL: "http://127.0.0.1:8", threatIntelligenceURL: "http://127.0.0.1:7",
        username: "u", passwordFile: "/run/password", policyFile: "/run/policy.yaml")

    @Test("the password is in a file alone, and only those that log in know where", arguments: SandboxFiles.services)
    func password(_ service: String) {
        let environment = settings.environment(of: service)
        #expect(environment["CYBEREASON_PASSWORD"] == nil)
        #expect((environment["CYBEREASON_PASSWORD_FILE"] == "/run/password") == (service != "enricher"))
        #expect(environment["KAFKA_BOOTSTRAP_SERVERS"] == "127.0.0.1:9")
        #expect(environment["TOPICS_CHECK"] == "off")
        #expect(environment["HTTP_PORT"] == "0")
        #expect((environment["RIPOSTE_MODE"] == "enforce") == (service == "remediator"))
    }

    @Test("nothing of our own environment reaches them but what the system needs") func inherited() {
        let inherited = SandboxSettings.inherited(["KAFKA_SASL_PASSWORD": "x", "HOME": "/", "LD_LIBRARY_PATH": "/lib"])
        #expect(inherited == ["LD_LIBRARY_PATH": "/lib"])
    }

    @Test("the addresses are lines that a shell can read, with no secret") func shell() {
        let text = settings.shell(ports: [("detector", 4711)], logs: "/tmp/x")
        let lines = text.split(separator: "\n")
        #expect(lines.contains("KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9"))
        #expect(lines.contains("SANDBOX_DETECTOR_PORT=4711"))
        #expect(!lines.contains { $0.hasPrefix("CYBEREASON_PASSWORD=") })
    }

    @Test("the workspace and what is in it can be read by nobody else") func workspace() throws {
        let workspace = try Workspace(environment: [:])
        defer { workspace.remove() }
        let file = try workspace.write(Array("secret".utf8), to: "password")
        for (path, mode) in [(workspace.path, 0o700), (file, 0o600)] {
            var status = stat()
            try #require(stat(path, &status) == 0)
            #expect(Int(status.st_mode & 0o777) == mode)
        }
        try workspace.write(Array("1\n2\n3\n".utf8), to: "log")
        #expect(workspace.tail("log", lines: 2) == ["2", "3"])
        try workspace.write(Array("1\n2\n{\"message\":\"service stopping\"}\n3\n".utf8), to: "stopped")
        #expect(workspace.tail("stopped", lines: 1) == ["2"])
        #expect(workspace.tail("none", lines: 2).isEmpty)
        workspace.remove()
        #expect(!FileManager.default.fileExists(atPath: workspace.path))
    }
}
