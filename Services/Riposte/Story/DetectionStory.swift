internal import Model

/// What there is to say of a detection and of its verdicts.
enum DetectionStory {
    /// A malop whose protection failed was found.
    static func found(_ detection: Detection, _ names: NameBook) -> StoryLine {
        var text = title(detection, names)
        if let missing = detection.detailsMissing {
            text += ": no details: \(missing)"
        } else {
            let machines = Set(detection.machines.map { names.name($0.guid) }).sorted()
            text += " on \(machines.joined(separator: ", "))"
        }
        if !detection.decisionStatuses.isEmpty {
            text += ": \(detection.decisionStatuses.joined(separator: ", "))"
        }
        if let incomplete = detection.incomplete { text += " (incomplete: \(incomplete))" }
        return StoryLine(detection.detectedAt, "found", .plain, text)
    }

    /// Its indicators were looked up.
    static func verdicts(_ enriched: EnrichedDetection, _ names: NameBook) -> StoryLine {
        let counted = Verdict.allCases.compactMap { verdict in
            let count = enriched.verdicts.count { $0.verdict == verdict }
            return count == 0 ? nil : "\(count) \(words(verdict))"
        }
        let all = counted.isEmpty ? "nothing to look up" : counted.joined(separator: ", ")
        let rest = enriched.complete ? "" : " (the rest will follow)"
        let isMalicious = enriched.verdicts.contains { $0.verdict == .malicious }
        return StoryLine(
            enriched.enrichedAt, "verdicts", isMalicious ? .bad : .plain,
            "\(title(enriched.detection, names)): \(all)\(rest)")
    }

    private static func title(_ detection: Detection, _ names: NameBook) -> String {
        let name = names.name(detection.malopId)
        return name == detection.malopId ? "malop \(name)" : "\(name) (\(detection.malopId))"
    }

    private static func words(_ verdict: Verdict) -> String {
        verdict == .notChecked ? "not checked" : verdict.rawValue
    }
}
