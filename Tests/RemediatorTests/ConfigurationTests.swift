import Model
import Policy
import Runtime
import Testing

@testable import Remediator

@Suite("The settings")
struct ConfigurationTests {
    static let needed = [
        "KAFKA_BOOTSTRAP_SERVERS": "localhost:9092", "CYBEREASON_URL": "https://console.example",
        "CYBEREASON_USERNAME": "riposte@northwind.example", "CYBEREASON_PASSWORD": "parry",
        "POLICY_FILE": "/etc/riposte/policy.yaml",
    ]

    static func read(_ more: [String: String] = [:]) throws -> RemediatorConfiguration {
        var reader = ConfigurationReader(
            environment: needed.merging(more) { $1 }, strictPrefixes: ["REMEDIATOR_", "RIPOSTE_"])
        let configuration = RemediatorConfiguration(reading: &reader)
        try reader.finish()
        return configuration
    }

    @Test("by default it observes, and waits two minutes for a lost answer")
    func defaults() throws {
        let configuration = try Self.read()
        #expect(configuration.rules.mode == .observe)
        #expect(configuration.rules.inFlightWindow == .seconds(120))
        #expect(configuration.defaultExpiry == .seconds(3600))
        #expect(configuration.maximumDetectionAge == .seconds(86_400))
        #expect(configuration.rules.allowedActions == Set(ActionType.supported))
    }

    @Test("every wrong value is named with what is allowed")
    func wrong() throws {
        let wrong = [
            ("RIPOSTE_MODE", "yolo", "observe, approve, enforce"), ("REMEDIATOR_IN_FLIGHT_WINDOW_MS", "10", "1000"),
            ("REMEDIATOR_ALLOWED_ACTIONS", "KILL_PROCESS,KILL_ALL", "'KILL_ALL' is not known"),
            ("REMEDIATOR_DEFAULT_EXPIRY_MS", "0", "1000"), ("REMEDIATOR_INFLIGHT", "1", "--help"),
            ("REMEDIATOR_MAX_DETECTION_AGE_MS", "0", "60000"),
        ]
        for (key, value, words) in wrong {
            let error = #expect(throws: ConfigurationError.self) { _ = try Self.read([key: value]) }
            #expect(error?.description.contains(key) == true && error?.description.contains(words) == true, "\(key)")
        }
    }

    @Test("a request cannot be under way any more when its window has passed")
    func window() throws {
        for window in ["1000", "4000", "120000", "3600000"] {
            let rules = try Self.read(["REMEDIATOR_IN_FLIGHT_WINDOW_MS": window]).rules
            #expect(rules.fireWithin + rules.postTime < rules.inFlightWindow)
            #expect(rules.fireWithin <= .seconds(10) && rules.postTime <= .seconds(60))
        }
    }

    @Test("a policy file with mistakes stops the start, with all of them")
    func brokenPolicy() throws {
        let file = try TemporaryFile("mode: maybe\nrules: 7\n")
        var configuration = try Self.read()
        configuration.policyFile = file.path
        let context = ServiceContext(name: "remediator", logger: Logger(label: "test", sink: .none))
        let error = #expect(throws: ConfigurationError.self) { _ = try Remediator.components(configuration, context) }
        #expect(error?.problems.count == 2)
        #expect(error?.problems.allSatisfy { $0.contains(file.path) } == true)
    }
}
