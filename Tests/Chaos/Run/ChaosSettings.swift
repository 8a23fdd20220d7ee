import Runtime

/// The environments of the services.
struct ChaosSettings: Sendable {
    let bootstrapServers: String
    let prefix: String
    let isMock: Bool
    let simulator: String
    let passwordFile: String
    let policyFile: String
    let sessionTimeout: Duration
    let inherited: [String: String]

    /// What of our own environment a child gets.
    static func inherited(_ environment: [String: String]) -> [String: String] {
        environment.filter { key, _ in
            ["LD_LIBRARY_PATH", "TMPDIR", "TZ", "ASAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"].contains(key)
        }
    }

    /// Where Kafka is: also what `riposte` is given.
    var kafka: [String: String] {
        inherited.merging([
            "KAFKA_BOOTSTRAP_SERVERS": bootstrapServers, "TOPIC_PREFIX": prefix, "TOPICS_CHECK": isMock ? "off" : "on",
        ]) { $1 }
    }

    private var service: [String: String] {
        var all = kafka
        all["HTTP_PORT"] = "0"
        all["LOG_LEVEL"] = "info"
        all["KAFKA_SESSION_TIMEOUT_MS"] = "\(sessionTimeout.wholeMilliseconds)"
        all["KAFKA_HEARTBEAT_INTERVAL_MS"] = "\(max(200, sessionTimeout.wholeMilliseconds / 5))"
        // The mock holds every fetch back for its whole time.
        if isMock { all["KAFKA_FETCH_WAIT_MAX_MS"] = "20" }
        return all
    }

    private var console: [String: String] {
        [
            "CYBEREASON_URL": simulator, "CYBEREASON_USERNAME": ChaosWorld.username,
            "CYBEREASON_PASSWORD_FILE": passwordFile,
        ]
    }

    func environment(of role: Role) -> [String: String] {
        let own: [String: String] =
            switch role {
            case .detector:
                console.merging(["DETECTOR_POLL_INTERVAL_MS": "1000", "DETECTOR_RECHECK_MS": "5000"]) { $1 }
            case .enricher: ["THREAT_INTELLIGENCE_URL": simulator, "ENRICHER_PATIENCE_MS": "3000"]
            case .remediator:
                console.merging([
                    "POLICY_FILE": policyFile, "RIPOSTE_MODE": "enforce", "REMEDIATOR_MACHINE_RECHECK_MS": "500",
                    "REMEDIATOR_IN_FLIGHT_WINDOW_MS": "\(ChaosTimes.window.wholeMilliseconds)",
                ]) { $1 }
            case .tracker:
                console.merging([
                    "TRACKER_POLL_INTERVAL_MS": "300", "TRACKER_MAX_POLL_INTERVAL_MS": "2000",
                    "TRACKER_DEADLINE_MS": "\(ChaosTimes.trackerDeadline.wholeMilliseconds)",
                    "TRACKER_VERIFY_FOR_MS": "3000", "TRACKER_AMEND_FOR_MS": "10000",
                ]) { $1 }
            }
        return service.merging(own) { $1 }
    }
}
