import JSON
import Model
import Testing

/// What makes two looks at a malop the same revision, and which indicators it has.
@Suite struct DetectionTests {
    private static func suspect(_ guid: String, on machine: String = "m1", _ status: String? = nil) -> Suspect {
        Samples.make {
            $0.guid = guid
            $0.machineGuid = machine
            $0.decisionStatus = status
        }
    }

    private static func revision(_ suspects: [Suspect], _ statuses: [String] = ["DDS_FAILED_TO_PREVENT"]) -> String {
        Detection.revision(suspects: suspects, decisionStatuses: statuses)
    }

    @Test("The order in which the console names things does not matter")
    func order() {
        let a = Self.suspect("a"), b = Self.suspect("b", on: "m2", "DDS_QUARANTINED")
        #expect(Self.revision([a, b], ["X", "Y"]) == Self.revision([b, a], ["Y", "X"]))
    }

    @Test("What the console names twice counts once")
    func repetition() {
        let a = Self.suspect("a")
        #expect(Self.revision([a, a], ["X", "X"]) == Self.revision([a], ["X"]))
    }

    @Test("Times, names and hashes make no new revision")
    func noTimes() {
        var early = Samples.detections.filled
        var late = early
        late.detectedAt += .seconds(60)
        late.updatedAt = late.detectedAt
        late.malopName = "renamed"
        late.suspects[0].sha1 = nil
        late.machines[0].connected = false
        early.identify()
        late.identify()
        #expect(early.revision == late.revision)
        #expect(early.detectionId == late.detectionId)
    }

    @Test("Another machine, suspect or decision makes a new revision")
    func changes() {
        let one = Self.suspect("a")
        let revisions = [
            Self.revision([one]), Self.revision([Self.suspect("b")]), Self.revision([Self.suspect("a", on: "m2")]),
            Self.revision([Self.suspect("a", on: "m1", "DDS_QUARANTINED")]), Self.revision([one, Self.suspect("b")]),
            Self.revision([one], []), Self.revision([one], ["DDS_FAILED_TO_QUARANTINE"]), Self.revision([]),
        ]
        #expect(Set(revisions).count == revisions.count)
    }

    @Test("Two malops at the same revision are two detections")
    func detectionId() {
        var other = Samples.detections.filled
        other.malopId = "11.1"
        other.identify()
        #expect(other.revision == Samples.detections.filled.revision)
        #expect(other.detectionId != Samples.detections.filled.detectionId)
    }

    @Test("Its statuses are sorted and named once")
    func statuses() {
        var detection = Detection()
        detection.decisionStatuses = ["B", "A", "B"]
        detection.identify()
        #expect(detection.decisionStatuses == ["A", "B"])
    }

    @Test("Its indicators are every hash, domain and address that can be asked about, each once, sorted")
    func indicators() {
        var detection = Samples.detections.filled
        detection.suspects.append(detection.suspects[0])
        detection.domains = ["C2.example", "c2.example", ""]
        detection.addresses = ["203.0.113.7", "2001:DB8:0::7", "nowhere"]
        #expect(
            detection.indicators.map(\.key) == [
                "domain:c2.example", "ipv4:203.0.113.7", "ipv6:2001:db8::7", "md5:\(Samples.md5)",
                "sha1:\(Samples.sha1)",
            ])
    }

    @Test("A suspect's verdict is the worst on its own hashes; domains and addresses convict no item")
    func verdictOnSuspect() {
        var enriched = Samples.enriched.filled
        let suspect = enriched.detection.suspects[0]
        func verdict(_ indicator: Indicator, _ verdict: Verdict) -> IndicatorVerdict {
            Samples.make {
                $0.indicator = indicator
                $0.verdict = verdict
            }
        }
        enriched.verdicts = [verdict(Indicator(.domain, "c2.example"), .malicious)]
        #expect(enriched.verdict(on: suspect) == .notChecked)
        enriched.verdicts.append(verdict(Indicator(.md5, Samples.md5), .indifferent))
        #expect(enriched.verdict(on: suspect) == .indifferent)
        enriched.verdicts.append(verdict(Indicator(.sha1, Samples.sha1), .suspicious))
        #expect(enriched.verdict(on: suspect) == .suspicious)
    }
}
