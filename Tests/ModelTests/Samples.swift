import JSON
import Model

/// One message of each kind, once with every field and once with only what it must have.
///
/// They are also written out under `Tests/Contracts/samples`, where a validator that is not ours reads them.
enum Samples {
    struct Pair<Message: Event & Equatable>: Sendable {
        let name: String
        let filled: Message
        let minimal: Message
    }

    static let time = Timestamp(milliseconds: 1_795_341_600_123)
    static let machineId = "-1632138521.1198775089551518743"
    static let fileId = "1632138521.-4427170374930871218"
    static let malopId = "11.2718161727221199870"
    static let remediationId = "86f3faa1-bac0-4a17-9192-9d106b734664"
    static let md5 = "d41d8cd98f00b204e9800998ecf8427e"
    static let sha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
    static let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// Fills in what a message differs in from an empty one.
    static func make<Record: JSONRecord>(_ type: Record.Type = Record.self, _ fill: (inout Record) -> Void) -> Record {
        var record = Record()
        fill(&record)
        return record
    }

    static let detections = Pair(name: "detection", filled: filledDetection, minimal: minimalDetection)

    static let enriched = Pair(
        name: "enriched-detection",
        filled: make(EnrichedDetection.self) {
            $0.detection = filledDetection
            $0.verdicts = [
                make {
                    $0.indicator = Indicator(.sha1, sha1)
                    $0.verdict = .malicious
                    $0.classification = "ransomware"
                    $0.source = "community"
                    $0.link = "https://intelligence.example/da39"
                    $0.checkedAt = time
                    $0.notCheckedBecause = "it was checked"
                }
            ]
            $0.complete = true
            $0.source = make {
                ($0.topic, $0.partition, $0.offset, $0.timestamp) = ("riposte.detections", 3, 42, time)
                $0.replayOffset = 57
            }
            $0.enrichedAt = time
        },
        minimal: make {
            $0.schemaVersion = nil
            $0.detection = minimalDetection
            $0.verdicts = [make { $0.indicator = Indicator(.domain, "c2.example") }]
            $0.enrichedAt = time
        })

    static let reputations = Pair(
        name: "reputation",
        filled: make(Reputation.self) {
            $0.indicator = Indicator(.md5, md5)
            $0.verdict = .suspicious
            $0.classification = "hacktool"
            $0.source = "community"
            $0.link = "https://intelligence.example/d41d"
            $0.firstSeen = time - .seconds(86400)
            $0.checkedAt = time
            $0.expiresAt = time + .seconds(3600)
        },
        minimal: make {
            $0.schemaVersion = nil
            $0.indicator = Indicator(.ipv4, "203.0.113.7")
            $0.checkedAt = time
            $0.expiresAt = time + .seconds(60)
        })

    static let switches = Pair(
        name: "control-switch",
        filled: make(ControlSwitch.self) {
            $0.on = true
            $0.setBy = "ann@example.com"
            $0.reason = "the console is being upgraded"
            $0.setAt = time
        },
        minimal: make {
            $0.schemaVersion = nil
            $0.setBy = "ann@example.com"
            $0.setAt = time
        })

    static let deadLetters = Pair(
        name: "dead-letter",
        filled: make(DeadLetter.self) {
            $0.origin = replayed
            $0.replayOf = replayed
            $0.service = "enricher"
            $0.reason = .notJSON
            $0.detail = "unexpected byte 0x7d at offset 17"
            $0.deadAt = time
            $0.key = "MTEuMjcxODE2MTcyNzIyMTE5OTg3MA=="
            $0.value = "eyJkZXRlY3Rpb25JZCI6fQ=="
            $0.valueBytes = 16
            $0.isCut = true
            $0.headers = [DeadLetterHeader(name: "ce_id", value: "NWYyYg==")]
        },
        minimal: make {
            $0.schemaVersion = nil
            $0.origin = origin
            $0.service = "enricher"
            $0.reason = .empty
            $0.deadAt = time
            $0.headers = [DeadLetterHeader(name: "", value: "")]
        })

    static let origin = Origin(topic: "riposte.remediation.requests", partition: 3, offset: 42, timestamp: time)

    static let replayed: Origin = make {
        $0 = origin
        $0.replayOffset = 57
    }

    private static let minimalDetection = make(Detection.self) {
        $0.schemaVersion = nil
        $0.malopId = malopId
        $0.detectedAt = time
        $0.machines = [Machine(guid: machineId)]
        $0.suspects = [make { $0.guid = fileId }]
        $0.identify()
    }

    private static let filledDetection = make(Detection.self) {
        $0.malopId = malopId
        $0.malopName = "Ransomware on finance-07"
        $0.decisionStatuses = ["DDS_FAILED_TO_PREVENT", "DDS_FAILED_TO_QUARANTINE"]
        $0.createdAt = time - .seconds(120)
        $0.updatedAt = time - .seconds(60)
        $0.detectedAt = time
        $0.machines = [
            make {
                $0.guid = machineId
                $0.name = "finance-07"
                $0.pylumId = "PYLUMCLIENT_INTEGRATION_FINANCE-07_0050568A2B3C"
                $0.os = "WINDOWS"
                $0.connected = true
                $0.groups = ["finance"]
            }
        ]
        $0.suspects = [
            make {
                $0.guid = fileId
                $0.kind = .registryEntry
                $0.machineGuid = machineId
                $0.name = "invoice.exe"
                $0.path = #"c:\users\ann\downloads\invoice.exe"#
                $0.commandLine = #""invoice.exe" /quiet"#
                $0.md5 = md5
                $0.sha1 = sha1
                $0.sha256 = sha256
                $0.decisionStatus = "DDS_FAILED_TO_PREVENT"
            }
        ]
        $0.domains = ["c2.example"]
        $0.addresses = ["203.0.113.7", "2001:db8::7"]
        $0.detailsMissing = "they were not missing"
        $0.incomplete = "nothing is missing"
        $0.resumeFrom = time - .seconds(3600)
        $0.identify()
    }
}
