public import JSON

/// A detection with a verdict for each of its indicators.
public struct EnrichedDetection: Event, Hashable {
    /// The CloudEvents type of every record of this message.
    public static let eventType = "riposte.enriched-detection.v1"

    /// The version of the message's schema; absent means 1.
    public var schemaVersion: Int? = supportedSchemaVersion

    /// The detection whose indicators these are, as the detector published it; if that is too large with its
    /// verdicts, with something left out, which its ``Detection/incomplete`` says.
    public var detection = Detection()

    /// One for each indicator of the detection, sorted by indicator.
    public var verdicts: [IndicatorVerdict] = []

    /// Whether every indicator was checked that can be asked about. An incomplete detection is published again under the
    /// same key when the rest is known.
    public var complete = false

    /// Where the detection stood. Of two records about one malop, the one whose detection stood later is the newer.
    public var source: Origin?

    /// When the verdicts were put together.
    public var enrichedAt = Timestamp(milliseconds: 0)

    /// A detection without verdicts.
    public init() {}

    /// The same for the same detection with the same verdicts.
    public var eventID: String {
        StableID.make(
            "enriched", [detection.detectionId] + verdicts.flatMap { [$0.indicator.key, $0.verdict.rawValue] })
    }

    /// When the verdicts were put together.
    public var eventTime: Timestamp { enrichedAt }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("schemaVersion", &schemaVersion)
        try c("detection", &detection)
        try c("verdicts", &verdicts)
        try c("complete", &complete)
        try c("source", &source)
        try c("enrichedAt", &enrichedAt)
    }
}

/// The verdict on one indicator of a detection.
public struct IndicatorVerdict: JSONRecord, Hashable {
    /// What was asked about.
    public var indicator = Indicator()

    /// What is known of it; ``notCheckedBecause`` says why that may be nothing.
    public var verdict = Verdict.notChecked

    /// Threat intelligence's own word, where it had one.
    public var classification: String?

    /// Who classified it, where the answer says so.
    public var source: String?

    /// A page for a person to read.
    public var link: String?

    /// When threat intelligence answered; absent if it was not checked.
    public var checkedAt: Timestamp?

    /// Why it was not checked.
    public var notCheckedBecause: String?

    /// A verdict that says *not checked*.
    public init() {}

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("indicator", &indicator)
        try c("verdict", &verdict)
        try c("classification", &classification)
        try c("source", &source)
        try c("link", &link)
        try c("checkedAt", &checkedAt)
        try c("notCheckedBecause", &notCheckedBecause)
    }
}
