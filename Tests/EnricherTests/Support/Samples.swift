import Cybereason
import JSON
import Model

@testable import Enricher

/// What events carry, not what the client asks with.
typealias Indicator = Model.Indicator

/// Detections and indicators that tests share.
enum Sample {
    static let start = Timestamp(milliseconds: 1_795_000_000_000)

    static func md5(_ digit: Character) -> String { String(repeating: digit, count: 32) }
    static func file(_ digit: Character) -> Indicator { Indicator(.md5, md5(digit)) }
    static func domain(_ name: String) -> Indicator { Indicator(.domain, name) }

    static func detection(
        _ malop: String = "11.1", machine: String = "m1", files: [Character] = ["a"], domains: [String] = [],
        at time: Timestamp = .now()
    ) -> Detection {
        var detection = Detection()
        detection.malopId = malop
        detection.decisionStatuses = ["DDS_FAILED_TO_PREVENT"]
        detection.detectedAt = time
        detection.machines = [Machine(guid: machine, name: "WS-01")]
        detection.suspects = files.map { digit in
            var suspect = Model.Suspect()
            suspect.guid = "file-\(digit)"
            suspect.machineGuid = machine
            suspect.md5 = md5(digit)
            return suspect
        }
        detection.domains = domains
        detection.identify()
        return detection
    }

    static func origin(_ offset: Int64, partition: Int = 0, at time: Timestamp = start) -> Origin {
        Origin(topic: "riposte.detections", partition: partition, offset: offset, timestamp: time)
    }

    static func reputation(
        _ indicator: Indicator, _ type: String = "malware", at now: Timestamp = start,
        ttl: Duration = .seconds(3600)
    ) -> Reputation {
        ReputationTerms().reputation(of: indicator, .init(type: type, timeToLive: ttl), at: now)
    }

    /// An enriched detection whose indicators are all known, or none.
    static func enriched(_ detection: Detection, offset: Int64, complete: Bool) -> EnrichedDetection {
        let outcomes = detection.indicators.map { indicator -> (Indicator, LookupOutcome) in
            (indicator, complete ? .known(reputation(indicator)) : .notChecked(because: "away", isFinal: false))
        }
        return EnrichedDetection(
            detection, Dictionary(uniqueKeysWithValues: outcomes), source: origin(offset), at: start)
    }
}
