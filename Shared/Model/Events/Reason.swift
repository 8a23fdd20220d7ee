public import JSON

/// A stable code that says why something ended, was held, refused or given up.
///
/// Codes are part of the contract: they are never renamed. Readers must expect codes that they do not know.
public struct Reason: RawRepresentable, JSONName, Hashable, Sendable, CustomStringConvertible {
    /// The code in kebab-case.
    public let rawValue: String

    /// Any code, also one that this release does not know.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The code itself.
    public var description: String { rawValue }
}

extension Reason {
    // A record that cannot be used.

    /// The record is not a JSON text; the detail names the byte.
    public static let notJSON = Reason(rawValue: "not-json")

    /// The record is JSON but not the message that its topic carries; the detail names the field.
    public static let wrongSchema = Reason(rawValue: "wrong-schema")

    /// The record's schemaVersion is one that this release does not understand.
    public static let unknownVersion = Reason(rawValue: "unknown-version")

    /// The record, or what was made of it, is larger than a message may be.
    public static let tooLarge = Reason(rawValue: "too-large")

    /// Kafka does not take what was made of the record; the detail has its words.
    public static let refusedByKafka = Reason(rawValue: "refused-by-kafka")

    /// The record has no value where its topic does not use tombstones.
    public static let empty = Reason(rawValue: "empty")

    /// Another request carried the same id before, with another body; that first one is untouched.
    public static let idReused = Reason(rawValue: "id-reused")

    /// The record comes from the dead letters, and is of a kind that is not done late.
    public static let replayed = Reason(rawValue: "replayed")

    // A request that was not sent.

    /// The request names no action.
    public static let noActions = Reason(rawValue: "no-actions")

    /// The mode is observe, as the detail says for what: every check ran, nothing was sent.
    public static let observeMode = Reason(rawValue: "observe-mode")

    /// The request asked to be observed only (dryRun, or mode observe): every check ran, nothing was sent.
    public static let dryRun = Reason(rawValue: "dry-run")

    /// The request asks for an action type that Riposte does not send, or that the policy does not allow there.
    public static let actionNotAllowed = Reason(rawValue: "action-not-allowed")

    /// Another open request acts on the same machine, target and action; the detail names it.
    public static let alreadyOpen = Reason(rawValue: "already-open")

    /// The request was not sent before its notAfter.
    public static let expired = Reason(rawValue: "expired")

    /// An operator has halted all remediation.
    public static let halted = Reason(rawValue: "halted")

    /// Whether remediation is halted cannot be read right now, so nothing is sent.
    public static let controlUnknown = Reason(rawValue: "control-unknown")

    /// The machine's sensor is not connected; the request waits until it is back or expires.
    public static let machineOffline = Reason(rawValue: "machine-offline")

    /// The console does not know the machine.
    public static let machineUnknown = Reason(rawValue: "machine-unknown")

    /// This host's clock and the console's are more than 30 seconds apart; the request waits until they agree.
    public static let clockOff = Reason(rawValue: "clock-off")

    /// The console cannot be reached; the request waits until it is back or expires.
    public static let consoleUnavailable = Reason(rawValue: "console-unavailable")

    /// The console answered and refused; the detail has its words.
    public static let refusedByConsole = Reason(rawValue: "refused-by-console")

    /// The last check before the first byte failed; nothing was sent.
    public static let gateClosed = Reason(rawValue: "gate-closed")

    // A request whose fate is not known, or was found out.

    /// The request may have reached the console, but its answer did not reach us.
    public static let answerLost = Reason(rawValue: "answer-lost")

    /// Riposte stopped between the intent to send and the answer.
    public static let interrupted = Reason(rawValue: "interrupted")

    /// Whether the console acted cannot be found out; a person has to decide.
    public static let cannotTell = Reason(rawValue: "cannot-tell")

    /// The console's own list shows the remediation that an unanswered request had started.
    public static let adopted = Reason(rawValue: "adopted")

    /// The console's list did not show the unanswered attempt, twice, after the in-flight window; it is sent once more.
    public static let notThere = Reason(rawValue: "not-there")

    /// The answer was lost, but the console shows every target as the request wanted it.
    public static let seenByEffect = Reason(rawValue: "seen-by-effect")

    /// A person has had the parked request sent once more.
    public static let sendAgain = Reason(rawValue: "send-again")

    /// A person has given the parked request up; what became of it is not known.
    public static let givenUp = Reason(rawValue: "given-up")

    // A ledger fact that does not count where it stands.

    /// The ledger has the same fact already.
    public static let duplicate = Reason(rawValue: "duplicate")

    /// The ledger fact does not fit the request's state any more.
    public static let tooLate = Reason(rawValue: "too-late")

    /// The request had ended before; an end never changes.
    public static let alreadyEnded = Reason(rawValue: "already-ended")

    /// The decision resolves a parked request, and this one is not parked.
    public static let notParked = Reason(rawValue: "not-parked")

    /// The decision quotes the digest of another request.
    public static let wrongDigest = Reason(rawValue: "wrong-digest")

    /// The ledger does not know the request.
    public static let unknownRequest = Reason(rawValue: "unknown-request")

    // The end of a request that the console took.

    /// Every action succeeded.
    public static let completed = Reason(rawValue: "completed")

    /// Some actions succeeded, others did not.
    public static let someFailed = Reason(rawValue: "some-failed")

    /// No action succeeded.
    public static let allFailed = Reason(rawValue: "all-failed")

    /// The remediation was aborted before it ended.
    public static let aborted = Reason(rawValue: "aborted")

    /// The remediation had not ended by the deadline.
    public static let deadline = Reason(rawValue: "deadline")

    /// The console cannot report on an action of this type.
    public static let notTrackable = Reason(rawValue: "not-trackable")

    /// Every code with its meaning, as the documentation's table shows it.
    public static let table =
        guardrails + [
            (.notJSON, "The record is not a JSON text; the detail names the byte."),
            (
                .wrongSchema,
                "The record is JSON but not the message that its topic carries; the detail names the field."
            ),
            (.unknownVersion, "The record's schemaVersion is one that this release does not understand."),
            (.tooLarge, "The record, or what was made of it, is larger than a message may be."),
            (.refusedByKafka, "Kafka does not take what was made of the record; the detail has its words."),
            (.empty, "The record has no value where its topic does not use tombstones."),
            (.idReused, "Another request carried the same id before, with another body; that first one is untouched."),
            (.replayed, "The record comes from the dead letters, and is of a kind that is not done late."),
            (.noActions, "The request names no action."),
            (.observeMode, "The mode is observe, as the detail says for what: every check ran, nothing was sent."),
            (
                .dryRun,
                "The request asked to be observed only (dryRun, or mode observe): every check ran, nothing was sent."
            ),
            (
                .actionNotAllowed,
                "The request asks for an action type that Riposte does not send, or that the policy does not allow there."
            ),
            (.alreadyOpen, "Another open request acts on the same machine, target and action; the detail names it."),
            (.expired, "The request was not sent before its notAfter."),
            (.halted, "An operator has halted all remediation."),
            (.controlUnknown, "Whether remediation is halted cannot be read right now, so nothing is sent."),
            (.machineOffline, "The machine's sensor is not connected; the request waits until it is back or expires."),
            (.machineUnknown, "The console does not know the machine."),
            (
                .clockOff,
                "This host's clock and the console's are more than 30 seconds apart; the request waits until they agree."
            ),
            (
                .consoleUnavailable,
                "The console cannot be reached or refuses our account, as the detail says; the request waits or expires."
            ),
            (.refusedByConsole, "The console answered and refused; the detail has its words."),
            (.gateClosed, "The last check before the first byte failed; nothing was sent."),
            (.answerLost, "The request may have reached the console, but its answer did not reach us."),
            (.interrupted, "Riposte stopped between the intent to send and the answer."),
            (.cannotTell, "Whether the console acted cannot be found out; a person has to decide."),
            (.adopted, "The console's own list shows the remediation that an unanswered request had started."),
            (
                .notThere,
                "The console's list did not show the unanswered attempt, twice, after the in-flight window; it is sent once more."
            ),
            (.seenByEffect, "The answer was lost, but the console shows every target as the request wanted it."),
            (.sendAgain, "A person has had the parked request sent once more."),
            (.givenUp, "A person has given the parked request up; what became of it is not known."),
            (.duplicate, "The ledger has the same fact already."),
            (.tooLate, "The ledger fact does not fit the request's state any more."),
            (.alreadyEnded, "The request had ended before; an end never changes."),
            (.notParked, "The decision resolves a parked request, and this one is not parked."),
            (.wrongDigest, "The decision quotes the digest of another request."),
            (.unknownRequest, "The ledger does not know the request."),
            (.completed, "Every action succeeded."),
            (.someFailed, "Some actions succeeded, others did not."),
            (.allFailed, "No action succeeded."),
            (.aborted, "The remediation was aborted before it ended."),
            (.deadline, "The remediation had not ended by the deadline."),
            (.notTrackable, "The console cannot report on an action of this type."),
        ]
}
