import JSON
import Model
import Testing

@testable import Enricher

@Suite("verdicts on a detection")
struct EnrichedDetectionTests {
    static let domains = ["a.example", "b.example", "c.example", "d.example", "e.example", "local"]

    static func outcomes(_ words: [String: String]) -> [Indicator: LookupOutcome] {
        Dictionary(
            uniqueKeysWithValues: words.map { name, word in
                let domain = Sample.domain(name)
                return (domain, .known(Sample.reputation(domain, word)))
            })
    }

    @Test("malicious, suspicious, indifferent, unknown and not checked stay apart, each with its reason")
    func distinct() {
        let detection = Sample.detection(files: [], domains: Self.domains, at: Sample.start)
        var outcomes = Self.outcomes([
            "a.example": "ransomware", "b.example": "sinkholed", "c.example": "whitelist", "d.example": "unresolved",
        ])
        outcomes[Sample.domain("e.example")] = .notChecked(because: "HTTP 503", isFinal: false)
        outcomes[Sample.domain("local")] = .notChecked(because: "no question for it", isFinal: true)
        let event = EnrichedDetection(detection, outcomes, source: Sample.origin(1), at: Sample.start)
        let found: [Verdict] = [.malicious, .suspicious, .indifferent, .unknown, .notChecked, .notChecked]
        #expect(event.verdicts.map(\.verdict) == found)
        #expect(event.verdicts.map(\.indicator) == detection.indicators)
        #expect(event.verdicts[4].notCheckedBecause == "HTTP 503")
        #expect(event.verdicts[4].checkedAt == nil)
        #expect(event.verdicts[0].checkedAt == Sample.start)
        #expect(event.verdicts[0].classification == "ransomware")
        #expect(!event.complete)
    }

    @Test("what can never be asked about does not keep a detection incomplete; what can, does")
    func complete() {
        let detection = Sample.detection(files: [], domains: ["a.example", "local"], at: Sample.start)
        var outcomes = Self.outcomes(["a.example": "malware"])
        outcomes[Sample.domain("local")] = .notChecked(because: "no question for it", isFinal: true)
        #expect(EnrichedDetection(detection, outcomes, source: Sample.origin(1), at: Sample.start).complete)
        outcomes[Sample.domain("a.example")] = nil
        #expect(!EnrichedDetection(detection, outcomes, source: Sample.origin(1), at: Sample.start).complete)
    }

    @Test("a detection without indicators, as one whose suspects have only a SHA-256, is complete as it is")
    func empty() {
        var detection = Sample.detection(files: ["a"])
        detection.suspects[0].md5 = nil
        detection.suspects[0].sha256 = String(repeating: "a", count: 64)
        let event = EnrichedDetection(detection, [:], source: Sample.origin(1), at: Sample.start)
        #expect(event.complete)
        #expect(event.verdicts.isEmpty)
        #expect(event.verdict(on: detection.suspects[0]) == .notChecked)
    }

    @Test("the same detection with the same verdicts has the same id, whenever it was put together")
    func identity() {
        let detection = Sample.detection(at: Sample.start)
        let first = Sample.enriched(detection, offset: 1, complete: true)
        var outcomes: [Indicator: LookupOutcome] = [:]
        outcomes[Sample.file("a")] = .known(Sample.reputation(Sample.file("a"), at: Sample.start + .seconds(60)))
        let again = EnrichedDetection(
            detection, outcomes, source: Sample.origin(2), at: Sample.start + .seconds(60))
        #expect(first.eventID == again.eventID)
        #expect(first.eventID != Sample.enriched(detection, offset: 1, complete: false).eventID)
    }

    @Test("what is learnt later is added, and takes nothing back")
    func adding() {
        let detection = Sample.detection(files: ["a", "b", "c"], at: Sample.start)
        let known = LookupOutcome.known(Sample.reputation(Sample.file("a")))
        let first = EnrichedDetection(
            detection, [Sample.file("a"): known], source: Sample.origin(1), at: Sample.start)
        #expect(first.unchecked == [Sample.file("b"), Sample.file("c")])
        let second = first.adding(
            [Sample.file("b"): .known(Sample.reputation(Sample.file("b"), "unknown"))], at: Sample.start)
        #expect(second.verdicts.map(\.verdict) == [.malicious, .unknown, .notChecked])
        #expect(!second.complete)
        let third = second.adding(
            [Sample.file("c"): .known(Sample.reputation(Sample.file("c"), "indifferent"))], at: Sample.start)
        #expect(third.verdicts.map(\.verdict) == [.malicious, .unknown, .indifferent])
        #expect(third.complete)
    }

    @Test("verdicts that were published before are kept while threat intelligence is away")
    func keeping() {
        let detection = Sample.detection(files: ["a", "b"], at: Sample.start)
        let known = LookupOutcome.known(Sample.reputation(Sample.file("a")))
        let published = EnrichedDetection(
            detection, [Sample.file("a"): known], source: Sample.origin(1), at: Sample.start)
        let nothing = EnrichedDetection(detection, [:], source: Sample.origin(1), at: Sample.start)
        #expect(nothing.keeping(published).verdicts.map(\.verdict) == [.malicious, .notChecked])
        let other = Sample.enriched(Sample.detection(machine: "m2", at: Sample.start), offset: 2, complete: false)
        #expect(other.keeping(published) == other, "another revision has its own verdicts")
    }
}
