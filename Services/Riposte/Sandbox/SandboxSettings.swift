/// The environments of the sandbox's children: everything explicit, nothing of ours but what the dynamic linker needs.
struct SandboxSettings: Sendable {
    let bootstrapServers: String
    let consoleURL: String
    let threatIntelligenceURL: String
    let username: String
    let passwordFile: String
    let policyFile: String

    /// What of our own environment a child gets.
    static func inherited(_ environment: [String: String]) -> [String: String] {
        environment.filter { key, _ in
            ["LD_LIBRARY_PATH", "TMPDIR", "TZ", "ASAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"].contains(key)
        }
    }

    /// What every service needs.
    private var common: [String: String] {
        [
            "KAFKA_BOOTSTRAP_SERVERS": bootstrapServers,
            // The embedded broker has no administration.
            "TOPICS_CHECK": "off",
            "HTTP_PORT": "0",
        ]
    }

    private var console: [String: String] {
        ["CYBEREASON_URL": consoleURL, "CYBEREASON_USERNAME": username, "CYBEREASON_PASSWORD_FILE": passwordFile]
    }

    /// A service's environment: where everything is, and shorter times than in earnest.
    func environment(of service: String) -> [String: String] {
        switch service {
        case "detector": common.merging(console) { $1 }.merging(["DETECTOR_POLL_INTERVAL_MS": "500"]) { $1 }
        case "enricher":
            common.merging(["THREAT_INTELLIGENCE_URL": threatIntelligenceURL, "ENRICHER_PATIENCE_MS": "3000"]) { $1 }
        case "remediator":
            common.merging(console) { $1 }.merging([
                "POLICY_FILE": policyFile, "RIPOSTE_MODE": "enforce", "REMEDIATOR_MACHINE_RECHECK_MS": "500",
            ]) { $1 }
        case "tracker":
            common.merging(console) { $1 }.merging([
                "TRACKER_POLL_INTERVAL_MS": "200", "TRACKER_MAX_POLL_INTERVAL_MS": "1000",
            ]) { $1 }
        default: common
        }
    }

    /// What `.sandbox/env` says, for `set -a; . .sandbox/env`.
    func shell(ports: [(service: String, port: Int)], logs: String) -> String {
        var lines = [
            "KAFKA_BOOTSTRAP_SERVERS=\(bootstrapServers)", "TOPICS_CHECK=off", "CYBEREASON_URL=\(consoleURL)",
            "CYBEREASON_USERNAME=\(username)", "CYBEREASON_PASSWORD_FILE=\(passwordFile)",
            "THREAT_INTELLIGENCE_URL=\(threatIntelligenceURL)", "POLICY_FILE=\(policyFile)",
        ]
        lines += ports.map { "SANDBOX_\($0.service.uppercased())_PORT=\($0.port)" }
        lines.append("SANDBOX_LOGS=\(logs)")
        return lines.joined(separator: "\n") + "\n"
    }
}
