/// How an action on a target goes: how long each stage takes and how it ends. Times are in milliseconds.
struct RemediationBehaviour: Sendable, Equatable {
    enum End: String, Sendable, CaseIterable { case withLast, late, never }
    enum Effect: String, Sendable, CaseIterable { case matching, nothing, always }

    /// How long the log stays empty.
    var emptyMs: Int64 = 50
    var pendingMs: Int64 = 150
    var inProgressMs: Int64 = 300
    /// The last status of each attempt on the target: the first attempt has the first, the last one repeats. `NEVER`
    /// stays in progress for ever.
    var outcomes = ["SUCCESS"]
    var error = RemediationFailure(message: "The action could not be completed on the sensor.", type: nil)
    /// When `end` is set: with the last entry of the log, ``endDelayMs`` after it, or never.
    var end = End.withLast
    var endDelayMs: Int64 = 1000
    /// Whether entries name their target; the vendor's own example has null.
    var targetInLog = true
    /// Whether the world changes as the status says, never, or even when the status is no success.
    var effect = Effect.matching

    func outcome(ofAttempt number: Int) -> String {
        outcomes.isEmpty ? "SUCCESS" : outcomes[min(number, outcomes.count - 1)]
    }
}

/// Why an action failed, as the log shows it.
struct RemediationFailure: Error, Sendable, Hashable {
    var message: String
    /// Only `INVALID_ARGUMENT` has been seen.
    var type: String?
}

/// A behaviour that holds for one target only, or for one kind of action on it.
struct TargetBehaviour: Sendable {
    var target: String
    var action: String?
    private let overrides: Document

    /// Lays what the scenario says of this target over `base`.
    func over(_ base: RemediationBehaviour) -> RemediationBehaviour {
        var behaviour = base
        _ = try? Fields.read(overrides, path: "") { (fields) throws(ScenarioError) in
            behaviour = try RemediationBehaviour(&fields, base: base)
        }
        return behaviour
    }
}

extension TargetBehaviour {
    init(_ fields: inout Fields) throws(ScenarioError) {
        target = try fields.string("target")
        action = try fields.optionalString("action")
        overrides = fields.document("behaviour") ?? .object([])
        _ = try fields.object("behaviour") { (item) throws(ScenarioError) in try RemediationBehaviour(&item) }
    }
}

extension RemediationBehaviour {
    init(
        _ fields: inout Fields, base: RemediationBehaviour = RemediationBehaviour()
    ) throws(ScenarioError) {
        self = base
        emptyMs = try fields.integer("emptyMs", default: emptyMs)
        pendingMs = try fields.integer("pendingMs", default: pendingMs)
        inProgressMs = try fields.integer("inProgressMs", default: inProgressMs)
        outcomes = try fields.strings("outcomes", default: outcomes)
        if let outcome = try fields.optionalString("outcome") { outcomes = [outcome] }
        error.message = try fields.string("errorMessage", default: error.message)
        error.type = try fields.optionalString("errorType") ?? error.type
        end = try fields.choice("end", default: end)
        endDelayMs = try fields.integer("endDelayMs", default: endDelayMs)
        targetInLog = try fields.bool("targetInLog", default: targetInLog)
        effect = try fields.choice("effect", default: effect)
    }
}
