/// What there is to see on the console, and what is asked for.
enum OutageWorld {
    static let user = "riposte@northwind.example"
    static let password = "parry"

    /// Each request has a machine of its own, so that nothing is known of it before. What happens on the first takes long
    /// enough for something to go away meanwhile.
    static let console = """
        {"users": [{"name": "\(user)", "password": "\(password)", "roles": ["analyst_l3"]}],
         "machines": [\(list { #"{"id": "m\#($0)", "guid": "\#(machine($0))"}"# })],
         "processes": [\(list { #"{"id": "p\#($0)", "guid": "\#(target($0))", "machine": "m\#($0)", "name": "job.exe"}"# })],
         "remediation": [{"target": "\(target(0))", "behaviour": {"inProgressMs": 6000}}]}
        """

    static let intelligence = """
        {"users": [{"name": "nobody", "password": "nothing"}],
         "reputations": [\(list { #"{"key": "\#(hash($0))", "type": "malware"}"# })]}
        """

    static let policy = """
        mode: enforce
        rules:
          - name: quarantine malicious files
            when:
              verdict: [malicious]
            actions: [QUARANTINE_FILE]
        caps:
          actionsPerRequest: unlimited
          actionsPerMachine: unlimited
          actionsPerMachineAndHour: unlimited
          machinesPerHour: unlimited
          actionsPerHour: unlimited
        """

    static func request(_ number: Int) -> String {
        #"{"requestId": "r\#(number)", "actionsByMachine": {"\#(machine(number))": "#
            + #"[{"targetId": "\#(target(number))", "actionType": "KILL_PROCESS"}]}}"#
    }

    /// A malop whose file threat intelligence knows to be malicious.
    static func malop(_ number: Int) -> String {
        """
        {"files": [{"id": "f\(number)", "guid": "\(file(number))", "machine": "m\(number)", "name": "evil.exe",
                    "sha1": "\(hash(number))"}],
         "malops": [{"id": "malop\(number)", "guid": "11.\(number + 1)", "machines": ["m\(number)"],
                     "decisionStatuses": ["DDS_FAILED_TO_QUARANTINE"],
                     "files": [{"file": "f\(number)", "decisionStatus": "DDS_FAILED_TO_QUARANTINE"}]}]}
        """
    }

    static func target(_ number: Int) -> String { "900.\(number)" }
    static func file(_ number: Int) -> String { "901.\(number)" }
    private static func machine(_ number: Int) -> String { "\(100 + number).1" }

    private static func hash(_ number: Int) -> String {
        String(repeating: "a", count: 38) + (number < 10 ? "0" : "") + "\(number)"
    }

    private static func list(_ item: (Int) -> String) -> String {
        (0..<20).map(item).joined(separator: ", ")
    }
}

/// The services' environments.
struct OutageSettings: Sendable {
    let kafka: [String: String]
    let console: String
    let intelligence: String
    let passwordFile: String
    let policyFile: String

    func environment(of service: String) -> [String: String] {
        let login = [
            "CYBEREASON_URL": console, "CYBEREASON_USERNAME": OutageWorld.user,
            "CYBEREASON_PASSWORD_FILE": passwordFile,
        ]
        let own: [String: String] =
            switch service {
            case "detector": login.merging(["DETECTOR_POLL_INTERVAL_MS": "500"]) { $1 }
            case "enricher": ["THREAT_INTELLIGENCE_URL": intelligence]
            case "remediator":
                login.merging([
                    "POLICY_FILE": policyFile, "RIPOSTE_MODE": "enforce", "REMEDIATOR_MACHINE_RECHECK_MS": "500",
                ]) { $1 }
            default:
                login.merging(["TRACKER_POLL_INTERVAL_MS": "200", "TRACKER_MAX_POLL_INTERVAL_MS": "1000"]) { $1 }
            }
        return kafka.merging(["HTTP_PORT": "0", "LOG_LEVEL": "info"]) { $1 }.merging(own) { $1 }
    }
}
