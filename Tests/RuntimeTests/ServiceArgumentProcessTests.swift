import Runtime
import TestSupport
import Testing

@Suite("What a service's executable is asked", .timeLimit(.minutes(2)))
struct ServiceArgumentProcessTests {
    @Test("a wrong configuration ends it with 78, told once to people and once to the log")
    func configuration() async throws {
        let probe = try await ProbeProcess.service(
            "nonsense",
            environment: ["PROBE_TYPO": "1", "LOG_LEVEL": "loud", "PROBE_TOKEN": "hunter2", "PROBE_TOKEN_FILE": "/x"])
        #expect(await probe.status() == .exited(78))
        #expect(probe.errors.first == "probe: configuration: 4 problems")
        for key in ["PROBE_BEHAVIOUR: 'nonsense'", "PROBE_TYPO: ", "LOG_LEVEL: 'loud'", "PROBE_TOKEN: "] {
            #expect(probe.errors.contains { $0.hasPrefix("  \(key)") }, "\(key)")
            #expect(probe.output.count == 1 && probe.output[0].contains(key), "\(key)")
        }
        #expect(!(probe.output + probe.errors).joined().contains("hunter2"))
    }

    @Test("--help lists the keys, whatever the environment holds")
    func help() async throws {
        let probe = try await ProbeProcess.service("nonsense", arguments: ["--help"])
        #expect(await probe.status() == .exited(0))
        for key in ["HTTP_PORT", "LOG_LEVEL", "PROBE_BEHAVIOUR", "PROBE_TOKEN"] {
            #expect(probe.output.contains("  \(key)"))
        }
        #expect(probe.errors.isEmpty)
    }

    @Test("--version prints it, and another argument is wrong usage")
    func others() async throws {
        let version = try await ProbeProcess.service(arguments: ["--version"])
        #expect(await version.status() == .exited(0))
        #expect(version.output == ["probe \(ProductVersion.current)"])
        let wrong = try await ProbeProcess.service(arguments: ["--verbose"])
        #expect(await wrong.status() == .exited(64))
        #expect(wrong.errors.first == "probe: unknown argument '--verbose'")
    }

    @Test("healthcheck says whether the service on the port lives", arguments: [("well", 0), ("stuck", 1)])
    func healthcheck(_ behaviour: String, _ code: Int32) async throws {
        let service = try await ProbeProcess.service(behaviour)
        let port = try await service.port()
        let check = try await ProbeProcess.service(environment: ["HTTP_PORT": "\(port)"], arguments: ["healthcheck"])
        #expect(await check.status() == .exited(code))
        #expect(check.errors == (code == 0 ? [] : ["healthcheck: answered with status 503"]))
        #expect(await service.child.terminate(grace: .seconds(20)) == .exited(0))
        let again = try await ProbeProcess.service(environment: ["HTTP_PORT": "\(port)"], arguments: ["healthcheck"])
        #expect(await again.status() == .exited(1))
    }

    @Test("healthcheck ready says whether the service can do its work", arguments: [("well", 0), ("wait-in-start", 1)])
    func healthcheckReady(_ behaviour: String, _ code: Int32) async throws {
        let service = try await ProbeProcess.service(behaviour)
        let environment = ["HTTP_PORT": "\(try await service.port())"]
        if behaviour == "well" { try await service.until("readiness changed") }
        let check = try await ProbeProcess.service(environment: environment, arguments: ["healthcheck", "ready"])
        #expect(await check.status() == .exited(code))
        #expect(check.errors == (code == 0 ? [] : ["healthcheck: answered with status 503"]))
    }

    @Test("healthcheck says that it cannot find a port that the system chose")
    func healthcheckOfAnyPort() async throws {
        let check = try await ProbeProcess.service(environment: ["HTTP_PORT": "0"], arguments: ["healthcheck"])
        #expect(await check.status() == .exited(1))
        #expect(check.errors.count == 1 && check.errors[0].contains("HTTP_PORT is 0"), "\(check.errors)")
    }
}
