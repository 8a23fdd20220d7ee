import JSON
import Model
import PlatformIDs
import Policy
import Runtime

@testable import Cybereason
@testable import Detector
@testable import Enricher
@testable import Remediator
@testable import Tracker

/// Values of HTTP headers and of the console's fields that are no JSON.
enum HeaderSurface {
    static let surface = Surface(
        "headers", from: .elsewhere,
        seeds: [
            FuzzInput(
                "120", "Sun, 22 Nov 2026 10:00:00 GMT", "JSESSIONID=0123; Path=/; HttpOnly", "203.0.113.7",
                "c2.example",
                "AAAA1kFkoAiE4Tf9", "2026-11-22T10:00:00.123Z")
        ],
        refused: [
            FuzzInput(
                "Sun, 22 Nov 2026 10:00:30 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "A=1\nJSESSIONID=2; Max-Age=0",
                "2001:db8::7",
                "xn--bcher-kva.example.", "-1632138521.1198775089551518743", "2024-02-29T23:59:59+01:00")
        ]
    ) { input in
        let longest = Duration.seconds(300)
        let wait = RetryAfter.wait(input.text(0), now: Records.now, longest: longest)
        try require(wait.map { $0 >= .zero && $0 <= longest } ?? true, "a pause of \(wait ?? .zero)")
        let date = Cybereason.HTTPDate.parse(input.text(1))
        try require(date.map { Timestamp(rfc3339: $0.rfc3339) == $0 } ?? true, "a date that is none")
        let cookies = SessionCookies(setCookie: input.text(2).split(separator: "\n").map(String.init))
        let isClean = cookies?.header.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ?? true
        try require(isClean, "a cookie that no header holds")
        let address = Cybereason.Indicator.address(input.text(3))
        try require(
            address.map { Cybereason.Indicator.address($0.value) == $0 } ?? true, "an address with two spellings")
        let domain = Cybereason.Indicator.domainName(input.text(4))
        try require(
            domain.map { Cybereason.Indicator.domainName($0.value) == $0 } ?? true, "a domain with two spellings")
        for spelling in PlatformID.spellings(input.text(5)) {
            try require(Set(PlatformID.spellings(spelling)).isSuperset(of: [spelling]), "an id that is not its own")
        }
        let time = Timestamp(rfc3339: input.text(6))
        try require(time.map { Timestamp(rfc3339: $0.rfc3339) == $0 } ?? true, "a time that is read in two ways")
        let known = [wait != nil, date != nil, cookies != nil, address != nil, domain != nil, time != nil]
        return known.allSatisfy { $0 } ? .understood : .refused("\(known)")
    }
}

/// The response policy.
enum PolicySurface {
    static let surface = Surface(
        "policy", from: .elsewhere,
        seeds: [
            FuzzInput(
                """
                mode: approve
                rules:
                  - name: stop malicious processes   # a comment
                    when:
                      verdict: [malicious, "suspicious"]
                      decisionStatus: [DDS_FAILED_TO_PREVENT]
                      itemKind: [process]
                    actions: [KILL_PROCESS]
                    mode: observe
                  - name: 'files'
                    when: {verdict: [malicious], itemKind: [file], machineGroup: [servers]}
                    actions:
                      - QUARANTINE_FILE
                groups:
                  - name: servers
                    match: {id: [AAAA1kFkoAiE4Tf9], name: ["srv-*"], os: [WINDOWS], label: [tier-?]}
                    mode: enforce
                    actions: [QUARANTINE_FILE, ISOLATE_MACHINE]
                    protected: false
                requesters:
                  - {match: {name: [soar*], key: [k1]}, mode: approve, groups: [servers], mayApproveOwn: true}
                protected: {targets: ["214.4712067068585916413"], names: [lsass.exe]}
                caps: {actionsPerRequest: 5, actionsPerHour: unlimited}
                keys:
                  - {id: k1, algorithm: ed25519, file: k1.pem, uses: [requests, decisions], actions: [KILL_PROCESS]}
                """)
        ],
        refused: [
            FuzzInput("{mode: enforce, rules: [{name: &a x, when: {verdict: [unknown]}, actions: []}]}\n---\n- *a\n"),
            FuzzInput("rules:\n- name: |\n    text\n  when: {verdict: [not-checked]}\n  actions: [BLOCK_FILE]\n"),
        ]
    ) { input in
        do {
            let policy = try ResponsePolicy(yaml: input[0] ?? [], file: "policy.yaml")
            for rule in policy.rules { try require(!rule.verdicts.isEmpty, "a rule for no verdict") }
            return .understood
        } catch let error as PolicyError {
            try require(!error.problems.isEmpty, "refused without a reason")
            return .refused(error.description)
        }
    }
}

/// The settings of every service, a line each.
enum ConfigurationSurface {
    static let surface = Surface(
        "configuration", from: .elsewhere,
        seeds: [
            FuzzInput(
                """
                KAFKA_BOOTSTRAP_SERVERS=a:9092,b:9092
                KAFKA_SECURITY_PROTOCOL=ssl
                CYBEREASON_URL=https://tenant.cybereason.net:8443/
                CYBEREASON_USERNAME=riposte@example.com
                CYBEREASON_PASSWORD=secret
                POLICY_FILE=/etc/riposte/policy.yaml
                REMEDIATOR_ALLOWED_ACTIONS=KILL_PROCESS, QUARANTINE_FILE
                RIPOSTE_MODE=enforce
                """),
            FuzzInput(
                """
                KAFKA_BOOTSTRAP_SERVERS=[::1]:9092
                CYBEREASON_URL=http://127.0.0.1:1
                CYBEREASON_USERNAME=u
                CYBEREASON_PASSWORD=p
                POLICY_FILE=p
                REMEDIATOR_IN_FLIGHT_WINDOW_MS=120000
                TRACKER_DEADLINE_MS=1800000
                DETECTOR_POLL_INTERVAL_MS=60000
                TOPIC_PREFIX=riposte.
                THREAT_INTELLIGENCE_URL=https://sage.cybereason.com
                """),
        ]
    ) { input in
        var environment: [String: String] = [:]
        for line in input.text(0).split(separator: "\n") where !line.hasSuffix("\0") {
            let name = line.prefix { $0 != "=" }
            // A setting that names a file would be read from whatever file that is.
            if !name.hasSuffix("_FILE") || name == "POLICY_FILE" {
                environment[String(name)] = String(line.dropFirst(name.count + 1))
            }
        }
        let faults = [
            try fault(RemediatorConfiguration.self, environment), try fault(TrackerConfiguration.self, environment),
            try fault(DetectorConfiguration.self, environment), try fault(EnricherConfiguration.self, environment),
        ]
        return faults.compactMap(\.self).first.map { .refused($0) } ?? .understood
    }

    private static func fault<C: ServiceConfiguration>(_ type: C.Type, _ environment: [String: String]) throws
        -> String?
    {
        var reader = ConfigurationReader(
            environment: environment, strictPrefixes: ["REMEDIATOR_", "TRACKER_", "DETECTOR_", "ENRICHER_"])
        _ = C(reading: &reader)
        do {
            try reader.finish()
            return nil
        } catch {
            try require(!"\(error)".isEmpty, "refused without a reason")
            let secret = environment["CYBEREASON_PASSWORD"] ?? ""
            let isAlone = environment.allSatisfy { $0 == "CYBEREASON_PASSWORD" || !($0 + $1).contains(secret) }
            let isShown = secret.utf8.count > 4 && isAlone && "\(error)".contains(secret)
            try require(!isShown, "a refusal that shows the password")
            return "\(error)"
        }
    }
}
