public import JSON

/// A request to act: exactly the documented body of `POST /rest/remediate`, with or without Riposte's own fields.
public struct RemediationRequest: Event, Hashable {
    /// The CloudEvents type of every record of this message.
    public static let eventType = "riposte.remediation-request.v1"

    /// The version of the message's schema; absent means 1.
    public var schemaVersion: Int?

    // The vendor's body.

    /// The malop that the targets belong to; a remediation needs none.
    public var malopId: String?

    /// Who asks. It is recorded in the results; the console is always told our own user.
    public var initiatorUserName: String?

    /// What to do, by the machine's GUID.
    public var actionsByMachine: [String: [RemediationAction]] = [:]

    // Riposte's own fields.

    /// The sender's id. Without one, the record's place and payload are the request's identity.
    public var requestId: String?

    /// Why, for the results and for whoever approves.
    public var reason: String?

    /// After this it is not sent any more; one hour after the record's time if absent.
    public var notAfter: Timestamp?

    /// Check everything and send nothing.
    public var dryRun: Bool?

    /// How far to go with it at most; the installation's own modes bind it too. It is no part of what is asked (``digest``):
    /// the first mode that an id comes with holds.
    public var mode: ResponseMode?

    /// The digest of the response policy that it follows from, with what the planner asks for.
    public var policy: String?

    /// When the sender made it.
    public var requestedAt: Timestamp?

    /// A request without an action, which is refused.
    public init() {}

    /// The sender's id, or the digest of what is asked.
    public var eventID: String { requestId ?? digest }

    /// When the sender made it; the beginning of 1970 if it does not say.
    public var eventTime: Timestamp { requestedAt ?? Timestamp(milliseconds: 0) }

    /// The properties of the JSON object, for reading and writing alike.
    public mutating func fields<C: JSONCoder & ~Copyable>(_ c: inout C) throws(JSONError) {
        try c("schemaVersion", &schemaVersion)
        try c("requestId", &requestId)
        try c("malopId", &malopId)
        try c("initiatorUserName", &initiatorUserName)
        try c("actionsByMachine", &actionsByMachine)
        try c("reason", &reason)
        try c("notAfter", &notAfter)
        try c("dryRun", &dryRun)
        try c("mode", &mode)
        try c("policy", &policy)
        try c("requestedAt", &requestedAt)
    }
}

extension RemediationRequest {
    /// Every action with its machine, each once, sorted.
    public var targets: [ActionTarget] {
        let all = actionsByMachine.flatMap { machine, actions in
            actions.map { ActionTarget(machineId: machine, targetId: $0.targetId, actionType: $0.actionType) }
        }
        // One that is named in both spellings goes by the first, for everyone the same.
        var seen: Set<ActionTarget> = []
        return all.sorted().filter { seen.insert($0).inserted }
    }

    /// The hash of what is asked: the same id with another digest is another request under a reused id, and an approval
    /// quotes it so that it approves this and nothing else.
    public var digest: String {
        var parts = [malopId ?? "", initiatorUserName ?? "", dryRun == true ? "dry" : "", notAfter?.rfc3339 ?? ""]
        for target in targets { parts += [target.machineId, target.targetId, target.actionType.rawValue] }
        return StableID.make("request", parts)
    }

    /// The id of a request that its sender gave none: a redelivery of the same record is the same request.
    public static func id(of origin: Origin, payload: [UInt8]) -> String {
        StableID.make(
            "request-record",
            [
                origin.topic, "\(origin.partition)", "\(origin.offset)", "\(origin.timestamp.milliseconds)",
                Digest.sha256(payload).hexadecimal(),
            ])
    }

    /// The id of what the planner asks for: the same for every revision of the malop, so that none repeats an action.
    ///
    /// - Parameters:
    ///   - observing: Whether it is only to be observed. That has an id of its own, for what was observed must not stand
    ///     in the way when it is to be done.
    ///   - repetition: How often it was asked for before and only observed.
    public static func plannedID(
        malopId: String, target: ActionTarget, observing: Bool = false, repetition: Int = 0
    ) -> String {
        var parts = [malopId, target.machineId, target.targetId, target.actionType.rawValue]
        if observing { parts.append("observe") }
        if repetition > 0 { parts.append("\(repetition)") }
        return StableID.make("planned", parts)
    }
}
