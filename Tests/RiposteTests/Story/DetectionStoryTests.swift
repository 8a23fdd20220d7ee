import JSON
import Model
import Testing

@testable import Riposte

/// What is told of detections.
@Suite struct DetectionStoryTests {
    private var detection: Detection {
        var detection = Detection()
        detection.malopId = Sample.malop
        detection.malopName = "inv_2291.exe"
        detection.decisionStatuses = ["DDS_FAILED_TO_PREVENT"]
        detection.detectedAt = Sample.time
        detection.machines = [Machine(guid: Sample.machine, name: "FIN-WS-014"), Machine(guid: "2.2")]
        return detection
    }

    private var names: NameBook {
        var names = NameBook()
        names.learn(detection)
        return names
    }

    @Test("a detection is told with its malop's and its machines' names") func found() {
        let line = DetectionStory.found(detection, names)
        #expect(line.text == "inv_2291.exe (AAAA1kFkoAiE4Tf9) on 2.2, FIN-WS-014: DDS_FAILED_TO_PREVENT")
        #expect(line.label == "found")
    }

    @Test("a detection without details says so") func detailsMissing() {
        var detection = detection
        detection.malopName = nil
        detection.detailsMissing = "HTTP 404"
        #expect(
            DetectionStory.found(detection, NameBook()).text
                == "malop AAAA1kFkoAiE4Tf9: no details: HTTP 404: DDS_FAILED_TO_PREVENT")
    }

    @Test("a detection of which something is missing says so") func incomplete() {
        var detection = detection
        detection.incomplete = "hashes: time-out"
        #expect(DetectionStory.found(detection, names).text.hasSuffix("PREVENT (incomplete: hashes: time-out)"))
    }

    @Test("verdicts are counted by kind, and not checked is no verdict") func verdicts() {
        var enriched = EnrichedDetection()
        enriched.detection = detection
        enriched.verdicts = [Verdict.malicious, .unknown, .notChecked, .malicious].map { verdict in
            var one = IndicatorVerdict()
            one.verdict = verdict
            return one
        }
        #expect(
            DetectionStory.verdicts(enriched, names).text
                == "inv_2291.exe (AAAA1kFkoAiE4Tf9): 2 malicious, 1 unknown, 1 not checked (the rest will follow)")
        enriched.verdicts = []
        enriched.complete = true
        #expect(DetectionStory.verdicts(enriched, names).text == "inv_2291.exe (AAAA1kFkoAiE4Tf9): nothing to look up")
    }
}
