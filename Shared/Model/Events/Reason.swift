public import JSON

/// A stable code that says why something ended, was held, refused or given up.
///
/// Codes are part of the contract: they are never renamed. Readers must expect codes that they do not know.
public struct Reason: RawRepresentable, JSONName, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }
}

extension Reason {
    // A record that cannot be used.
    public static let notJSON = Reason(rawValue: "not-json")
    public static let wrongSchema = Reason(rawValue: "wrong-schema")
    public static let unknownVersion = Reason(rawValue: "unknown-version")
    public static let tooLarge = Reason(rawValue: "too-large")
    public static let refusedByKafka = Reason(rawValue: "refused-by-kafka")
    public static let empty = Reason(rawValue: "empty")
    public static let idReused = Reason(rawValue: "id-reused")

    // A request that was not sent.
    public static let noActions = Reason(rawValue: "no-actions")
    public static let observeMode = Reason(rawValue: "observe-mode")
    public static let dryRun = Reason(rawValue: "dry-run")
    public static let actionNotAllowed = Reason(rawValue: "action-not-allowed")
    public static let alreadyOpen = Reason(rawValue: "already-open")
    public static let expired = Reason(rawValue: "expired")
    public static let halted = Reason(rawValue: "halted")
    public static let controlUnknown = Reason(rawValue: "control-unknown")
    public static let machineOffline = Reason(rawValue: "machine-offline")
    public static let machineUnknown = Reason(rawValue: "machine-unknown")
    public static let clockOff = Reason(rawValue: "clock-off")
    public static let consoleUnavailable = Reason(rawValue: "console-unavailable")
    public static let refusedByConsole = Reason(rawValue: "refused-by-console")
    public static let gateClosed = Reason(rawValue: "gate-closed")

    // A request whose fate is not known, or was found out.
    public static let answerLost = Reason(rawValue: "answer-lost")
    public static let interrupted = Reason(rawValue: "interrupted")
    public static let cannotTell = Reason(rawValue: "cannot-tell")
    public static let adopted = Reason(rawValue: "adopted")

    // A ledger fact that does not count where it stands.
    public static let duplicate = Reason(rawValue: "duplicate")
    public static let tooLate = Reason(rawValue: "too-late")
    public static let alreadyEnded = Reason(rawValue: "already-ended")
    public static let unknownRequest = Reason(rawValue: "unknown-request")

    // The end of a request that the console took.
    public static let completed = Reason(rawValue: "completed")
    public static let someFailed = Reason(rawValue: "some-failed")
    public static let allFailed = Reason(rawValue: "all-failed")
    public static let aborted = Reason(rawValue: "aborted")
    public static let deadline = Reason(rawValue: "deadline")
    public static let notTrackable = Reason(rawValue: "not-trackable")

    /// Every code with its meaning, as the documentation's table shows it.
    public static let table: [(reason: Reason, meaning: String)] = [
        (.notJSON, "The record is not a JSON text; the detail names the byte."),
        (.wrongSchema, "The record is JSON but not the message that its topic carries; the detail names the field."),
        (.unknownVersion, "The record's schemaVersion is one that this release does not understand."),
        (.tooLarge, "The record, or what was made of it, is larger than a message may be."),
        (.refusedByKafka, "Kafka does not take what was made of the record; the detail has its words."),
        (.empty, "The record has no value where its topic does not use tombstones."),
        (.idReused, "Another request carried the same id before, with another body; that first one is untouched."),
        (.noActions, "The request names no action."),
        (.observeMode, "The mode is observe: every check ran, nothing was sent."),
        (.dryRun, "The request asked to be observed only (dryRun): every check ran, nothing was sent."),
        (.actionNotAllowed, "The request asks for an action type that Riposte does not send."),
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
        (.consoleUnavailable, "The console cannot be reached; the request waits until it is back or expires."),
        (.refusedByConsole, "The console answered and refused; the detail has its words."),
        (.gateClosed, "The last check before the first byte failed; nothing was sent."),
        (.answerLost, "The request may have reached the console, but its answer did not reach us."),
        (.interrupted, "Riposte stopped between the intent to send and the answer."),
        (.cannotTell, "Whether the console acted cannot be found out; a person has to decide."),
        (.adopted, "The console's own list shows the remediation that an unanswered request had started."),
        (.duplicate, "The ledger has the same fact already."),
        (.tooLate, "The ledger fact does not fit the request's state any more."),
        (.alreadyEnded, "The request had ended before; an end never changes."),
        (.unknownRequest, "The ledger does not know the request."),
        (.completed, "Every action succeeded."),
        (.someFailed, "Some actions succeeded, others did not."),
        (.allFailed, "No action succeeded."),
        (.aborted, "The remediation was aborted before it ended."),
        (.deadline, "The remediation had not ended by the deadline."),
        (.notTrackable, "The console cannot report on an action of this type."),
    ]
}
