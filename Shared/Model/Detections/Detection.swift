public import JSON

/// A malop whose automatic protection failed, as it stood at one revision.
public struct Detection: Event, Hashable {
    /// The CloudEvents type of every record of this message.
    public static let eventType = "riposte.detection.v1"

    /// The version of the message's schema; absent means 1.
    public var schemaVersion: Int? = supportedSchemaVersion

    /// The hash of the malop's id, its revision and whether the console told everything of it.
    public var detectionId = ""

    /// The console's id of the malop.
    public var malopId = ""

    /// See ``revision(suspects:decisionStatuses:)``.
    public var revision = ""

    /// The malop's display name; the console may leave it empty.
    public var malopName: String?

    /// The console's words for what its automatic protection did, sorted. A malop may hold failures and successes.
    public var decisionStatuses: [String] = []

    /// When the console first saw it.
    public var createdAt: Timestamp?

    /// When the console last changed it.
    public var updatedAt: Timestamp?

    /// When the detector found this revision.
    public var detectedAt = Timestamp(milliseconds: 0)

    /// The machines that it affects.
    public var machines: [Machine] = []

    /// The items that it holds against them: what an action may be aimed at.
    public var suspects: [Suspect] = []

    /// Domain names that the malop's connections used.
    public var domains: [String] = []

    /// IPv4 and IPv6 addresses that the malop's connections used.
    public var addresses: [String] = []

    /// Why the machines and suspects are not known, if the console would not give the malop's details.
    public var detailsMissing: String?

    /// What is missing and why, if not everything is here: the console told a part only, or it was left out for its size.
    public var incomplete: String?

    /// Where the next search begins if the detector ends now: of what the console changed before that time, everything
    /// is published. Absent in records of earlier releases.
    public var resumeFrom: Timestamp?

    /// A detection that says nothing yet.
    public init() {}

    /// ``detectionId``: the same however often it is delivered.
    public var eventID: String { detectionId }

    /// When the detector found this revision.
    public var eventTime: Timestamp { detectedAt }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("schemaVersion", &schemaVersion)
        try c("detectionId", &detectionId)
        try c("malopId", &malopId)
        try c("revision", &revision)
        try c("malopName", &malopName)
        try c("decisionStatuses", &decisionStatuses)
        try c("createdAt", &createdAt)
        try c("updatedAt", &updatedAt)
        try c("detectedAt", &detectedAt)
        try c("machines", &machines)
        try c("suspects", &suspects)
        try c("domains", &domains)
        try c("addresses", &addresses)
        try c("detailsMissing", &detailsMissing)
        try c("incomplete", &incomplete)
        try c("resumeFrom", &resumeFrom)
    }
}

extension Detection {
    /// The hash of the sorted (machine, suspect, decision status) triples.
    ///
    /// It holds no times and no counters, so that neither a later poll nor our own response makes a new revision: only
    /// another machine, another suspect or another decision does. What the console repeats counts once.
    public static func revision(suspects: [Suspect], decisionStatuses: [String]) -> String {
        var triples = Set(suspects.map { [$0.machineGuid, $0.guid, $0.decisionStatus ?? ""] })
        triples.formUnion(decisionStatuses.map { ["", "", $0] })
        let sorted = triples.sorted { $0.lexicographicallyPrecedes($1) }
        return StableID.make("revision", Array(sorted.joined()))
    }

    /// Sets ``revision`` and ``detectionId`` from what the detection says.
    ///
    /// What the console told in part has an id of its own: the rest, such as a hash, may come without a new revision.
    public mutating func identify() {
        decisionStatuses = Set(decisionStatuses).sorted()
        revision = Self.revision(suspects: suspects, decisionStatuses: decisionStatuses)
        detectionId = incomplete == nil ? completeID : StableID.make("detection", [malopId, revision, "incomplete"])
    }

    /// The id that this revision has once the console has told everything of it.
    public var completeID: String { StableID.make("detection", [malopId, revision]) }
}
