/// Every topic of Riposte. No other place of the code names one.
public enum Topics {
    /// The prefix of every name unless `TOPIC_PREFIX` says otherwise.
    public static let defaultPrefix = "riposte."

    /// The shared number of partitions unless the deployment chose another.
    public static let defaultPartitions = 12

    /// The size in bytes that a record may have on the topics that carry records of other topics inside theirs, which
    /// is also what readers take. Kafka's own limit is 1 MB, and in base64 such a record has a third more.
    private static let largestRecord = "2097152"

    /// What the platform failed to stop. Written by the detector.
    public static let detections = Topic<Detection>(
        "detections", key: "malop id", schema: "detection", cleanup: .compactAndDelete, retentionDays: 90)

    /// The same with a verdict for each indicator. Written by the enricher.
    public static let enrichedDetections = Topic<EnrichedDetection>(
        "detections.enriched", key: "malop id", schema: "enriched-detection", cleanup: .compactAndDelete,
        retentionDays: 90, settings: ["max.message.bytes": largestRecord])

    /// What threat intelligence answered: the cache that all enrichers share.
    public static let reputations = Topic<Reputation>(
        "reputations", key: "indicator", schema: "reputation", cleanup: .compact)

    /// What anyone who may write here asks for.
    public static let requests = Topic<RemediationRequest>(
        "remediation.requests", key: "request id; any or none from outside", schema: "remediation-request",
        cleanup: .delete, retentionDays: 7)

    /// What people decided about requests.
    public static let decisions = Topic<RemediationDecision>(
        "remediation.decisions", key: "request id", schema: "remediation-decision", cleanup: .delete, retentionDays: 7)

    /// Every fact about every request, in one order. Its clock is the broker's, and nothing of it is compacted while
    /// its request may still be open. Whoever forgets requests needs some of that time too: until all tombstones of one
    /// are written, the records that they are about must be there.
    public static let ledger = Topic<LedgerFact>(
        "remediation.ledger", key: "request id/fact/attempt/writer/hash", schema: "ledger-fact",
        partitions: .exactly(1),
        cleanup: .compact,
        settings: [
            "message.timestamp.type": "LogAppendTime", "min.compaction.lag.ms": "\(7 * 86_400_000)",
            "max.message.bytes": largestRecord,
        ])

    /// The state of every request. Written by the tracker alone.
    public static let results = Topic<RemediationResult>(
        "remediation.results", key: "request id", schema: "remediation-result", cleanup: .compactAndDelete,
        retentionDays: 90)

    /// The operators' switches. Its one partition is also the detectors' lease.
    public static let control = Topic<ControlSwitch>(
        "control", key: "switch name", schema: "control-switch", partitions: .exactly(1), cleanup: .compact)

    /// Records that could not be used.
    public static let deadLetters = Topic<DeadLetter>(
        "dead-letters", key: "origin", schema: "dead-letter", cleanup: .delete, retentionDays: 30,
        settings: ["max.message.bytes": largestRecord])

    /// All of them.
    public static let all: [TopicPlan] = [
        detections.description, enrichedDetections.description, reputations.description, requests.description,
        decisions.description, ledger.description, results.description, control.description, deadLetters.description,
    ]
}

/// The consumer groups.
public enum ConsumerGroup: String, Sendable, CaseIterable {
    /// Shares the one partition of `control`: whoever has it is the active detector.
    case detector = "riposte.detector"

    /// Shares the detections.
    case enricher = "riposte.enricher"

    /// Shares the enriched detections.
    case planner = "riposte.planner"

    /// Shares the requests and decisions.
    case executor = "riposte.executor"

    /// Shares the results that it writes itself, to know which requests are whose.
    case tracker = "riposte.tracker"
}
