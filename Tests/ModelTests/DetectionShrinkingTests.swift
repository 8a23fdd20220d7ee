import JSON
import Model
import Testing

/// What is left out of a detection that is larger than Kafka takes.
@Suite struct DetectionShrinkingTests {
    private static let detection = Samples.make(Detection.self) {
        $0.malopId = "malop-1"
        $0.machines = ["m1", "m2", "idle"].map { Machine(guid: $0) }
        $0.suspects = (1...4).map { number in
            Samples.make {
                $0.guid = "s\(number)"
                $0.machineGuid = number == 3 ? "m2" : "m1"
                $0.commandLine = "s\(number).exe /quiet"
                $0.decisionStatus = number == 3 ? "DDS_FAILED_TO_PREVENT" : "DDS_DETECTED"
            }
        }
        $0.domains = ["c2.example"]
        $0.addresses = ["203.0.113.7"]
        $0.identify()
    }

    /// The detection, and what becomes of it step by step.
    private static let steps = Array(sequence(first: detection) { $0.shrunk() })

    @Test("First what convicts no item, then half of the suspects at a time, the failed ones last")
    func order() throws {
        try #require(Self.steps.count > 5)
        #expect(Self.steps[1].suspects.allSatisfy { $0.commandLine == nil })
        #expect(Self.steps[1].domains == ["c2.example"])
        #expect(Self.steps[2].domains.isEmpty && Self.steps[2].addresses.isEmpty)
        #expect(Self.steps[2].machines.count == 3)
        #expect(Self.steps[3].machines.map(\.guid) == ["m1", "m2"])
        #expect(Self.steps[3].suspects.count == 4)
        #expect(Self.steps[4].suspects.map(\.guid) == ["s3", "s1"])
        #expect(Self.steps[5].suspects.map(\.guid) == ["s3"])
    }

    @Test("It ends when nothing is left, says what is missing, and is the same detection")
    func end() throws {
        let last = try #require(Self.steps.last)
        #expect(Self.steps.count < 12)
        #expect(last.suspects.isEmpty && last.machines.isEmpty)
        #expect(
            last.incomplete
                == ["command lines", "domains and addresses", "machines", "suspects"]
                .map { "\($0) left out for their size" }.joined(separator: "; "))
        #expect(last.detectionId == Self.detection.detectionId)
        #expect(last.revision == Self.detection.revision)
    }

    @Test("What the console told in part only is another detection than the whole of the same revision")
    func partial() {
        var partial = Self.detection
        partial.incomplete = "hashes: time-out"
        partial.identify()
        #expect(partial.revision == Self.detection.revision)
        #expect(partial.detectionId != Self.detection.detectionId)
        #expect(partial.completeID == Self.detection.detectionId)
    }
}
