/// What is not publicly known about remediation.
struct RemediationSwitches: Sendable, Equatable {
    enum UnknownTarget: String, Sendable, CaseIterable { case invalidArgument, emptyLog }
    enum UnknownProgress: String, Sendable, CaseIterable { case notFound, empty }
    enum NoMalopProgress: String, Sendable, CaseIterable { case placeholder, anything, unavailable }
    enum AbortEffect: String, Sendable, CaseIterable { case notStarted, unfinished, nothing }
    enum UnfinishedEnd: String, Sendable, CaseIterable { case null, absent }
    enum EntryFields: String, Sendable, CaseIterable { case full, documented }
    enum OfflineLog: String, Sendable, CaseIterable { case pending, empty }
    enum UnknownMalop: String, Sendable, CaseIterable { case accept, refuse }

    /// An action on something that isn't there, or of the wrong kind: a failure in the log, or a log that stays empty.
    var unknownTarget = UnknownTarget.invalidArgument
    /// Progress of an unknown remediation: 404, or 200 with an empty body.
    var unknownProgress = UnknownProgress.notFound
    /// The malop's place in the progress URL for a remediation without one: the text ``noMalop``, anything, or there is
    /// no progress for it at all.
    var noMalopProgress = NoMalopProgress.placeholder
    /// What stands for the malop in answers about a remediation without one.
    var noMalop = "NOMALOP"
    /// Whether progress is only shown under the user name that started it.
    var progressChecksUser = true
    /// What an abort ends: what has not reached the sensor, everything unfinished, or nothing.
    var abortEffect = AbortEffect.notStarted
    /// The word that the log then shows.
    var abortStatus = "ABORTED"
    /// How `end` looks before the end.
    var unfinishedEnd = UnfinishedEnd.null
    /// Whether entries carry `error` and `empty`, as seen on the wire, or only what is documented.
    var entryFields = EntryFields.full
    /// What the log shows while the sensor is away.
    var offlineLog = OfflineLog.pending
    var unknownMalop = UnknownMalop.accept
    /// Actions that one request may carry; 0 is no limit. More are refused with 400.
    var maximumActions = 0
    /// What a malop's decision statuses become when one of its files or processes was remediated; `nil`: they stay.
    var decisionStatusAfter: String?
    /// What an isolation command answers for a machine that is offline. `Primed` is carried out when it comes back.
    var offlineIsolation = "Primed"
    /// How an action goes when nothing else is said of its target.
    var behaviour = RemediationBehaviour()
}

extension RemediationSwitches {
    init(_ fields: inout Fields) throws(ScenarioError) {
        unknownTarget = try fields.choice("unknownTarget", default: unknownTarget)
        unknownProgress = try fields.choice("unknownProgress", default: unknownProgress)
        noMalopProgress = try fields.choice("noMalopProgress", default: noMalopProgress)
        noMalop = try fields.string("noMalop", default: noMalop)
        progressChecksUser = try fields.bool("progressChecksUser", default: progressChecksUser)
        abortEffect = try fields.choice("abortEffect", default: abortEffect)
        abortStatus = try fields.string("abortStatus", default: abortStatus)
        unfinishedEnd = try fields.choice("unfinishedEnd", default: unfinishedEnd)
        entryFields = try fields.choice("entryFields", default: entryFields)
        offlineLog = try fields.choice("offlineLog", default: offlineLog)
        unknownMalop = try fields.choice("unknownMalop", default: unknownMalop)
        maximumActions = try fields.count("maximumActions", default: maximumActions)
        decisionStatusAfter = try fields.optionalString("decisionStatusAfter")
        offlineIsolation = try fields.string("offlineIsolation", default: offlineIsolation)
        behaviour = try fields.object("behaviour") { (item) throws(ScenarioError) in try RemediationBehaviour(&item) }
    }
}
