import JSON
import Model
import Policy
import Testing

@testable import Riposte

/// What `riposte policy test` shows.
@Suite struct PolicyTrialTests {
    static func policy(_ mode: String = "observe", more: String = "") throws -> ResponsePolicy {
        try ResponsePolicy(yaml: Array(text(mode, more: more).utf8), file: "p.yaml")
    }

    static func text(_ mode: String = "observe", more: String = "") -> String {
        """
        mode: \(mode)
        rules:
          - {name: kill, when: {verdict: [malicious], itemKind: [process]}, actions: [KILL_PROCESS]}
          - {name: watch, when: {verdict: [malicious]}, actions: [QUARANTINE_FILE], mode: observe}
        \(more)
        """
    }

    /// A malicious process and a malicious file on a machine.
    static func detection(_ malop: String = "11.1", machine: String? = "WS-1", at: Int64 = 1000) -> EnrichedDetection {
        var enriched = EnrichedDetection()
        enriched.detection.malopId = malop
        enriched.detection.machines = [Machine(guid: "1.1", name: machine)]
        enriched.detection.suspects = [ItemKind.process, .file].map { kind in
            var suspect = Suspect()
            suspect.guid = kind == .process ? "1.2" : "1.3"
            suspect.kind = kind
            suspect.machineGuid = "1.1"
            suspect.name = "evil.exe"
            suspect.sha1 = String(repeating: "a", count: 40)
            return suspect
        }
        enriched.detection.identify()
        var verdict = IndicatorVerdict()
        verdict.indicator = Indicator(.sha1, String(repeating: "a", count: 40))
        verdict.verdict = .malicious
        enriched.verdicts = [verdict]
        enriched.enrichedAt = Timestamp(milliseconds: at)
        return enriched
    }

    @Test("each action says how far it would go, what it is, and which words have it so") func alone() throws {
        let detections = [Self.detection()]
        let report = PolicyTrialReport(
            PolicyTrial(try Self.policy("approve"), on: detections), detections: detections.count)
        #expect(
            report.lines == [
                "  approve  KILL_PROCESS of process evil.exe (1.2) on WS-1 (1.1): rule 'kill', malop 11.1; the policy's mode "
                    + "is approve, and no group with a mode surely has machine 'WS-1' (1.1)",
                "  observe  QUARANTINE_FILE of file evil.exe (1.3) on WS-1 (1.1): rule 'watch', malop 11.1; rule 'watch' "
                    + "has mode observe",
            ])
        #expect(report.summary == "2 requests of 1 detection: 0 enforce, 1 approve, 1 observe, 0 refused")
    }

    @Test("a group's mode and protection count, and a machine of which too little is known is protected")
    func groups() throws {
        let policy = try Self.policy(
            more: """
                groups:
                  - {name: ws, match: {name: ["ws-*"]}, mode: enforce}
                  - {name: dc, match: {name: ["dc-*"]}, protected: true}
                """)
        func fates(_ machine: String?) -> [PolicyTrial.Fate?] {
            let trial = PolicyTrial(policy, on: [Self.detection(machine: machine)])
            return trial.order.map { trial.asks[$0]?.fate }
        }
        #expect(fates("WS-1") == [.mode(.enforce), .mode(.observe)])
        #expect(fates("MAC-1") == [.mode(.observe), .mode(.observe)])
        #expect(fates("DC-1") == [.refused(.protectedMachine), .refused(.protectedMachine)])
        #expect(fates(nil) == [.refused(.protectedMachine), .refused(.protectedMachine)])
    }

    @Test("what a malop's revisions repeat is one action") func revisions() throws {
        let trial = PolicyTrial(try Self.policy(), on: [Self.detection(), Self.detection(), Self.detection("11.2")])
        #expect(trial.order.count == 4)
    }

    @Test("beside the running policy it says what is new, gone, and goes another length") func compared() throws {
        let running = try Self.policy("observe")
        var new = try Self.policy("enforce")
        new.rules[1] = ResponsePolicy.Rule(
            name: "block", verdicts: [.malicious], itemKinds: [.file], actions: [.blockFile], mode: .observe)
        let detections = [Self.detection()]
        let report = PolicyTrialReport(
            PolicyTrial(new, on: detections), detections: 1, against: PolicyTrial(running, on: detections))
        #expect(
            report.lines.map { $0.prefix(40) } == [
                "~ observe > enforce KILL_PROCESS of proc", "+ observe  BLOCK_FILE of file evil.exe (",
                "- observe  QUARANTINE_FILE of file evil.",
            ])
        #expect(
            report.summary == "2 requests of 1 detection: 1 enforce, 0 approve, 1 observe, 0 refused; "
                + "1 new (+), 1 gone (-), 1 other (~), 0 as now")
    }

    @Test("recorded records and plain detections are read alike; what is neither is named with its line")
    func recorded() throws {
        let detection = Self.detection()
        let plain = String(decoding: detection.json(), as: UTF8.self)
        let lines = [
            #"{"key":"k","headers":{},"value":\#(plain),"partition":0,"offset":1,"timestamp":2}"#, "", plain,
            #"{"key":"k","headers":{},"value":null,"partition":0,"offset":2,"timestamp":3}"#, "not json",
            #"{"value":"text"}"#, "{}",
        ]
        let recorded = RecordedDetections(Array(lines.joined(separator: "\n").utf8))
        #expect(recorded.detections == [detection, detection])
        #expect(recorded.problems.count == 2)
        #expect(recorded.problems.map { $0.prefix(7) } == ["line 5:", "line 6:"])
    }

    @Test("the newest are picked, whatever their order") func newest() {
        let detections = [3, 1, 2].map { Self.detection("11.\($0)", at: $0 * 1000) }
        func malops(_ count: Int?, since: Int64?) -> [String] {
            RecordedDetections.newest(detections, count, since: since.map { Timestamp(milliseconds: $0) })
                .map(\.detection.malopId)
        }
        #expect(malops(nil, since: nil) == ["11.1", "11.2", "11.3"])
        #expect(malops(2, since: nil) == ["11.2", "11.3"])
        #expect(malops(2, since: 3000) == ["11.3"])
    }
}
