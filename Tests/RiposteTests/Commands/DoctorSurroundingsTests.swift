import Cybereason
import Kafka
import Runtime
import Testing

@testable import Riposte
@testable import Simulator

/// What `riposte doctor` says of console, threat intelligence, clocks and the way to Kafka.
@Suite(.timeLimit(.minutes(2))) struct DoctorSurroundingsTests {
    private static let secret = "correct-horse-battery"

    /// Runs with a simulated console and the environment of a service that logs in there.
    private func withConsole(
        user: String = "riposte", password: String = secret,
        _ body: (SimulatorServer, [String: String]) async throws -> Void
    ) async throws {
        let scenario = """
            {"users": [{"name": "riposte", "password": "\(Self.secret)", "roles": ["analyst_l3"]},
                       {"name": "viewer", "password": "\(Self.secret)", "roles": ["analyst_l1"]},
                       {"name": "nobody", "password": "\(Self.secret)", "roles": ["executive"]}]}
            """
        let server = try SimulatorServer(scenario: Scenario(Document(json: Array(scenario.utf8))))
        try server.start()
        let environment = [
            "CYBEREASON_URL": server.consoleURL, "CYBEREASON_USERNAME": user, "CYBEREASON_PASSWORD": password,
            "THREAT_INTELLIGENCE_URL": server.threatIntelligenceURL,
        ]
        do {
            try await body(server, environment)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test("an account that may respond, threat intelligence that answers, clocks that agree") func well() async throws {
        try await withConsole { _, environment in
            let findings = await ConsoleCheckup.findings(environment)
            #expect(findings.map(\.subject) == ["console", "rights", "clocks"])
            #expect(findings.allSatisfy { $0.grade == .ok }, "\(findings)")
            #expect(await IntelligenceCheckup.finding(environment).grade == .ok)
        }
    }

    @Test(
        "an account that may not respond, or not even query, is told which role it lacks",
        arguments: ["viewer", "nobody"])
    func rights(_ user: String) async throws {
        try await withConsole(user: user) { _, environment in
            let findings = await ConsoleCheckup.findings(environment)
            let rights = findings.first { $0.subject == "rights" }
            #expect(rights?.grade == .fail)
            #expect(rights?.text.contains("Analyst L3") == true)
        }
    }

    @Test("a refused password fails with the key to look at, and is not shown itself") func password() async throws {
        try await withConsole(password: "wrong-staple") { _, environment in
            let findings = await ConsoleCheckup.findings(environment)
            #expect(findings.map(\.grade) == [.fail])
            #expect(findings.first?.text.contains("CYBEREASON_PASSWORD_FILE") == true)
            #expect(!"\(findings)".contains("wrong-staple"))
        }
    }

    @Test("a console whose clock is off by more than the remediator bears fails") func clocks() async throws {
        try await withConsole { server, environment in
            server.machine.advance(milliseconds: 120_000)
            let clocks = await ConsoleCheckup.findings(environment).first { $0.subject == "clocks" }
            #expect(clocks?.grade == .fail)
            #expect(clocks?.text.contains("ahead of this host's") == true)
        }
        #expect(ClockFindings.console(.seconds(-8)).grade == .warn)
        #expect(ClockFindings.console(.seconds(-8)).text.contains("8 s behind"))
        #expect(ClockFindings.console(.milliseconds(-900)).grade == .ok)
        #expect(ClockFindings.console(nil).grade == .warn)
        #expect(ClockFindings.kafka(isBehind: true).grade == .fail)
    }

    @Test("servers that do not answer fail, each with what to look at; what is not configured is said, not failed")
    func away() async {
        let environment = [
            "CYBEREASON_URL": "http://127.0.0.1:1", "CYBEREASON_USERNAME": "u", "CYBEREASON_PASSWORD": Self.secret,
            "THREAT_INTELLIGENCE_URL": "http://127.0.0.1:1",
        ]
        let console = await ConsoleCheckup.findings(environment, within: .seconds(1))
        #expect(console.map(\.grade) == [.fail])
        #expect(console.first?.text.contains("CYBEREASON_CA_FILE") == true)
        #expect(!"\(console)".contains(Self.secret))
        #expect(await IntelligenceCheckup.finding(environment, within: .seconds(1)).grade == .fail)
        #expect(await ConsoleCheckup.findings([:]).map(\.grade) == [.ok])
        #expect(await IntelligenceCheckup.finding([:]).text.contains("THREAT_INTELLIGENCE_URL"))
        let incomplete = await ConsoleCheckup.findings(["CYBEREASON_URL": "http://127.0.0.1:1"])
        #expect(incomplete.first?.text.contains("CYBEREASON_USERNAME") == true)
    }

    @Test("a console that does not tell its account's roles is no failure") func roles() {
        #expect(ConsoleCheckup.rights(nil).grade == .warn)
        #expect(ConsoleCheckup.rights(["analyst_l3", "api"]).grade == .ok)
        #expect(ConsoleCheckup.rights([]).grade == .fail)
    }

    @Test(
        "why Kafka is not reached is told from what librdkafka says of it",
        arguments: [
            (
                "sasl_ssl://k:9093/bootstrap: SASL authentication error: Authentication failed",
                "KAFKA_SASL_PASSWORD_FILE"
            ),
            (
                "ssl://k:9093/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed",
                "KAFKA_SSL_CA_LOCATION"
            ),
            (
                "ssl://k:9092/bootstrap: SSL handshake failed: error:0A00010B:SSL routines::wrong version number",
                "does not speak TLS"
            ),
            (
                "ssl://k:9093/bootstrap: SSL alert: sslv3 alert certificate required",
                "KAFKA_SSL_CERTIFICATE_LOCATION"
            ),
            (
                "k:9093/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol"
                    + " configuration (connecting to a SSL listener?)", "KAFKA_SECURITY_PROTOCOL"
            ),
            ("k:9092/bootstrap: Failed to resolve 'k:9092': Name or service not known", "The name is not known"),
            ("127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused", "Nothing listens there"),
            ("all is quiet", "can this host reach it"),
        ])
    func trouble(_ line: String, _ words: String) {
        let finding = KafkaTrouble.finding(KafkaError(.transport), complaints: [line], servers: "k:9092")
        #expect(finding.grade == .fail && finding.subject == "kafka")
        #expect(finding.text.contains(words), "\(finding.text)")
        #expect(finding.text.contains(line))
    }
}
