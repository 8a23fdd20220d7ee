public import JSON

/// What is known of an indicator's reputation. The five are never mixed up: *indifferent* and *unknown* are not
/// *harmless*, and *not checked* says nothing at all.
public enum Verdict: String, JSONName, CaseIterable, Sendable {
    /// Threat intelligence calls it malware, in one of several words.
    case malicious

    /// Unwanted or a tool of attackers, but not malware by itself.
    case suspicious

    /// Known, and neither good nor bad: most software is.
    case indifferent

    /// Threat intelligence knows nothing of it, or has a word that we do not know.
    case unknown

    /// There is no answer: nobody asked, or asking failed.
    case notChecked = "not-checked"
}

extension Verdict {
    /// Reads threat intelligence's own word, for example `ransomware`.
    ///
    /// The list is the vocabulary that public clients of the service map; a word that is not in it is *unknown*, so a
    /// new word never leads to an action by itself.
    public init(classification: String) {
        switch classification.lowercased() {
        case "malware", "ransomware", "maltool", "blacklist", "av_detected": self = .malicious
        case "suspicious", "hacktool", "unwanted", "sinkholed": self = .suspicious
        case "indifferent", "whitelist": self = .indifferent
        default: self = .unknown
        }
    }

    /// How bad it is: of several verdicts on one item, the one with the highest severity counts.
    public var severity: Int {
        switch self {
        case .malicious: 4
        case .suspicious: 3
        case .indifferent: 2
        case .unknown: 1
        case .notChecked: 0
        }
    }
}
