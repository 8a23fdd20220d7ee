internal import Cybereason
internal import JSON
internal import Model

/// A remediation that the console took, followed until its end.
///
/// What comes in says what is to be done next; nothing is done here.
struct TrackedRequest: Sendable {
    /// What is to be done.
    enum Step: Sendable, Equatable {
        /// Ask again later.
        case wait

        /// Ask the console to stop what is pending, and bring ``abortAnswered(_:)`` its answer.
        case abort

        /// Write this end to the ledger.
        case end(RequestEnd)
    }

    /// How often the console is asked again after it has said that all is over, or when nothing is left that it could
    /// report on, before an action without a word counts as unknown. The log may lag behind `end`, and `end` behind it.
    static let gracePolls = 3

    /// For how long at least a word is waited for that should come, or as long as the remediation may take, if that is
    /// shorter: polls may follow each other within a second, and an end as unknown is for ever.
    static let grace = Duration.seconds(60)

    /// How often at least an abort is tried that the console does not answer.
    static let abortTries = 3

    /// For how long at least it is tried, or as long as the remediation may take, if that is shorter. It does no harm
    /// twice, and one lost answer must not leave an action pending that may be carried out days later; but an end has
    /// to come.
    static let abortPatience = Duration.seconds(60)

    /// How long after the deadline a console that does not answer is waited for. An end is for ever, so it should rest
    /// on an answer; but not wait for one for ever.
    static let lastWordWait = Duration.seconds(24 * 3600)

    let id: String
    let remediation: ConsoleRemediation
    let targets: [ActionTarget]

    /// When the ledger took the submission.
    let since: Timestamp
    let deadline: Timestamp

    /// What is known of its actions.
    private(set) var progress: Progress

    /// Whether an action was ever seen to have begun.
    private(set) var hasBegun: Bool

    /// Whether it is this request's remediation for all that is known: the console's answer to it, or one that a person
    /// took for its own and whose log has shown one of its actions.
    private var isOurs: Bool
    private var quietPolls = 0
    private var quietSince: Timestamp?
    private let limit: Duration

    /// When the console was first and last to be asked for an abort, and how often it has not answered.
    private var aborts: (first: Timestamp, last: Timestamp)?
    private var failedAborts = 0
    private var mayHaveAborted = false

    /// Whether the console has answered an abort, be it with a refusal.
    private(set) var isAbortAnswered = false

    /// Begins to follow a request of the ledger; nil if the console has none to follow.
    ///
    /// - Parameters:
    ///   - limit: How long it may take from the moment at which the ledger took its submission.
    ///   - last: The newest result, which may know more than the ledger does.
    init?(_ request: LedgerRequest, limit: Duration, last: RemediationResult? = nil) {
        guard request.phase == .submitted, let remediation = request.remediationId else { return nil }
        id = request.id
        self.remediation = ConsoleRemediation(id: remediation, malopId: request.request.malopId)
        targets = request.request.targets
        since = request.submissionLoggedAt ?? request.changedAt
        self.limit = limit
        deadline = since + limit
        progress = Progress(of: targets)
        hasBegun = false
        isOurs = !request.isAdopted
        guard let last, last.remediationId == remediation, last.actions.map(\.target) == targets else { return }
        progress.actions = last.actions
        hasBegun = last.state == .inProgress
        if last.actions.contains(where: { $0.platformStatus != nil }) { isOurs = true }
    }

    /// Whether this is that request, and not an earlier one under its id.
    func isOf(_ request: LedgerRequest) -> Bool { request.remediationId == remediation.id }

    /// The console answered; nil if it does not know the remediation, which is no end: it may know it later.
    mutating func reported(_ report: RemediationReport?, now: Timestamp) -> Step {
        if let report { update(report) }
        if let end = RequestEnd(progress.actions) {
            return endedByAbort ? timeOut("what was pending is aborted") : .end(end)
        }
        if progress.isOver || hasOnlyUntrackedLeft {
            return quiet(now: now)
        }
        (quietPolls, quietSince) = (0, nil)
        guard now >= deadline else { return .wait }
        guard isOurs else { return notOurs }
        aborts = (aborts?.first ?? now, now)
        return .abort
    }

    /// Whether it was the deadline that ended an action, be it by an abort whose answer was lost, or by another instance's.
    private var endedByAbort: Bool {
        progress.actions.contains { action in
            action.state == .aborted && (mayHaveAborted || action.updatedAt.map { $0 >= deadline } ?? false)
        }
    }

    /// It is somebody else's, by all that was seen of it until the deadline: it is left alone.
    private var notOurs: Step {
        guard var end = RequestEnd.unknown(progress.actions) else { return .wait }
        end.reason = .cannotTell
        end.detail =
            "remediation \(remediation.id), which a person took for this request's, shows none of its actions;"
            + " nothing was aborted"
        return .end(end)
    }

    /// Nothing more is to be expected, but lines may be missing yet.
    private mutating func quiet(now: Timestamp) -> Step {
        let since = quietSince ?? now
        quietSince = since
        quietPolls += 1
        guard quietPolls >= Self.gracePolls else { return .wait }
        guard hasOnlyUntrackedLeft || now - since >= min(Self.grace, limit) else { return .wait }
        guard isOurs || hasOnlyUntrackedLeft else { return notOurs }
        return RequestEnd.unknown(progress.actions).map { .end($0) } ?? .wait
    }

    /// The console did not answer.
    func unanswered(_ reason: String, now: Timestamp) -> Step {
        guard now >= deadline + Self.lastWordWait else { return .wait }
        return .end(.timedOut(progress.actions, detail: "the console has not answered for a day: \(reason)"))
    }

    /// The console was asked to stop what is pending.
    mutating func abortAnswered(_ outcome: RemediationOutcome) -> Step {
        switch outcome {
        case .submitted(let report):
            (isAbortAnswered, mayHaveAborted) = (true, true)
            update(report)
            // What ended by itself before the abort came has its own end.
            if !endedByAbort, let end = RequestEnd(progress.actions) { return .end(end) }
            return timeOut("the console took an abort of what was pending")
        case .refused(let refusal):
            isAbortAnswered = true
            return timeOut("the console refused an abort: HTTP \(refusal.status)")
        case .mayHaveRun(let reason):
            mayHaveAborted = true
            return abortFailed("an abort may have reached the console: \(reason.detail)")
        case .notSent(let reason): return abortFailed("an abort did not reach the console: \(reason.detail)")
        }
    }

    private mutating func abortFailed(_ words: String) -> Step {
        failedAborts += 1
        guard let aborts, failedAborts >= Self.abortTries else { return .wait }
        guard aborts.last - aborts.first >= min(Self.abortPatience, limit) else { return .wait }
        return timeOut(words)
    }

    private func timeOut(_ words: String) -> Step {
        let open = progress.actions.count { !$0.state.isEnd }
        let all = progress.actions.count
        return .end(.timedOut(progress.actions, detail: "\(open) of \(all) actions had not ended; \(words)"))
    }

    private var hasOnlyUntrackedLeft: Bool {
        !targets.isEmpty && progress.actions.allSatisfy { $0.state.isEnd || $0.actionType.isUntracked }
    }

    /// An answer about another remediation says nothing about this one.
    private mutating func update(_ report: RemediationReport) {
        guard report.remediationID == remediation.id else { return }
        let known = progress.actions
        progress = ProgressFold.fold(report, of: targets)
        if progress.isRecognized { isOurs = true }
        // The log only grows: an answer that has lost lines, or comes from a node that is behind, takes nothing back.
        for index in known.indices where progress.actions[index].isBehind(known[index]) {
            progress.actions[index] = known[index]
        }
        if progress.actions.contains(where: { $0.state != .pending }) { hasBegun = true }
    }
}

extension ActionResult {
    /// Whether this is what the console said before it said the other.
    fileprivate func isBehind(_ other: ActionResult) -> Bool {
        guard platformStatus != nil else { return true }
        guard let time = updatedAt, let otherTime = other.updatedAt else { return false }
        return time < otherTime
    }
}
