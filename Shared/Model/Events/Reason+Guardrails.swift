extension Reason {
    // What the guardrails say of a request.

    /// The policy protects the machine, or the console does not say enough of it to tell that it does not.
    public static let protectedMachine = Reason(rawValue: "protected-machine")

    /// The policy protects the process, file or registry entry, or its name cannot be found out.
    public static let protectedTarget = Reason(rawValue: "protected-target")

    /// The console says that the target is on another machine than the request names.
    public static let targetElsewhere = Reason(rawValue: "target-elsewhere")

    /// The policy does not let this requester, or this key, ask for that; the detail says what.
    public static let requesterNotAllowed = Reason(rawValue: "requester-not-allowed")

    /// The request has more actions than the policy allows in one.
    public static let tooManyActions = Reason(rawValue: "cap-actions-per-request")

    /// The request has more actions on one machine than the policy allows.
    public static let tooManyActionsOnMachine = Reason(rawValue: "cap-actions-per-machine")

    /// The machine has had as many actions within the hour as the policy allows; the request waits until there is
    /// room or expires.
    public static let machineHourCap = Reason(rawValue: "cap-machine-hour")

    /// As many machines were acted on within the hour as the policy allows; the request waits until there is room or
    /// expires.
    public static let machinesHourCap = Reason(rawValue: "cap-machines-hour")

    /// As many actions were sent within the hour as the policy allows; the request waits until there is room or
    /// expires.
    public static let hourCap = Reason(rawValue: "cap-actions-hour")

    /// The request waits until a person approves or denies it, or it expires.
    public static let approvalRequired = Reason(rawValue: "approval-required")

    /// Nobody approved the request before its notAfter.
    public static let approvalExpired = Reason(rawValue: "approval-expired")

    /// A person has denied the request; the detail says who.
    public static let denied = Reason(rawValue: "denied")

    /// Another request has done the same to the same targets while this one waited; the detail names it.
    public static let alreadyDone = Reason(rawValue: "already-done")

    /// Isolation has commands of its own at the console: it is asked for in a request without other actions.
    public static let mixedActions = Reason(rawValue: "mixed-actions")

    /// The console did not carry out the isolation command; the detail has its words.
    public static let isolationFailed = Reason(rawValue: "isolation-failed")

    /// The console has the isolation command, but did not say of every machine that it was carried out or not: it may be
    /// yet, for example when a sensor is back.
    public static let isolationPending = Reason(rawValue: "isolation-pending")

    /// Requests and decisions must be signed here, and this one is not.
    public static let signatureMissing = Reason(rawValue: "signature-missing")

    /// The signature does not fit the payload and the key.
    public static let signatureInvalid = Reason(rawValue: "signature-invalid")

    /// The key that the record names is not one that the policy knows.
    public static let keyUnknown = Reason(rawValue: "key-unknown")

    /// A signed request needs a requestId and a notAfter, or whoever has seen it could have it done again.
    public static let signatureReplayable = Reason(rawValue: "signature-replayable")

    /// Whether it says that an `INTENT` was over a cap where it stands in the log.
    var isRateCap: Bool { self == .machineHourCap || self == .machinesHourCap || self == .hourCap }

    /// The guardrails' part of ``table``.
    static let guardrails: [(reason: Reason, meaning: String)] = [
        (
            .protectedMachine,
            "The policy protects the machine, or the console does not say enough of it to tell that it does not."
        ),
        (.protectedTarget, "The policy protects the process, file or registry entry, or its name cannot be found out."),
        (.targetElsewhere, "The console says that the target is on another machine than the request names."),
        (
            .requesterNotAllowed,
            "The policy does not let this requester, or this key, ask for that; the detail says what."
        ),
        (.tooManyActions, "The request has more actions than the policy allows in one."),
        (.tooManyActionsOnMachine, "The request has more actions on one machine than the policy allows."),
        (
            .machineHourCap,
            "The machine has had as many actions within the hour as the policy allows; the request waits until there is room or expires."
        ),
        (
            .machinesHourCap,
            "As many machines were acted on within the hour as the policy allows; the request waits until there is room or expires."
        ),
        (
            .hourCap,
            "As many actions were sent within the hour as the policy allows; the request waits until there is room or expires."
        ),
        (.approvalRequired, "The request waits until a person approves or denies it, or it expires."),
        (.approvalExpired, "Nobody approved the request before its notAfter."),
        (.denied, "A person has denied the request; the detail says who."),
        (
            .alreadyDone,
            "Another request has done the same to the same targets while this one waited; the detail names it."
        ),
        (
            .mixedActions,
            "Isolation has commands of its own at the console: it is asked for in a request without other actions."
        ),
        (.isolationFailed, "The console did not carry out the isolation command; the detail has its words."),
        (
            .isolationPending,
            "The console has the isolation command, and has not said of every machine whether it was carried out; it may be yet, for example when a sensor is back."
        ),
        (.signatureMissing, "Requests and decisions must be signed here, and this one is not."),
        (.signatureInvalid, "The signature does not fit the payload and the key."),
        (.keyUnknown, "The key that the record names is not one that the policy knows."),
        (
            .signatureReplayable,
            "A signed request needs a requestId and a notAfter, or whoever has seen it could have it done again."
        ),
    ]
}
