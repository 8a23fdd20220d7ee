internal import Cybereason
internal import JSON
internal import Model

/// A request that the console had, after its end: whether the end is so, and what the console says later.
///
/// What comes in changes what is known; nothing is done here. The state of the request never changes any more.
struct EndedRequest: Sendable {
    /// How long is waited for what.
    struct Limits: Sendable {
        /// How long after an end the console's data may lag behind it.
        let verifyFor: Duration

        /// How long after an end the console is asked for what it had not reported.
        let amendFor: Duration

        /// After so long, what is seen says nothing any more about what was reported.
        var lastWordWait = Duration.seconds(24 * 3600)
    }

    /// How often the console must have answered before a claim that is not so is a contradiction: one answer may come
    /// from a node that is behind.
    static let looksBeforeContradiction = 2

    let id: String

    /// Tells it from a later request under the same id.
    let acceptedAt: Timestamp
    let state: RequestState
    let endedAt: Timestamp
    let submittedAt: Timestamp?

    /// Nil where its answer was lost and its end was seen by its effect.
    let remediation: ConsoleRemediation?
    let limits: Limits

    /// What is known of the actions, and by which results.
    var actions: [ActionResult]
    private(set) var verification: Verification
    private(set) var amended: String?

    /// Since when the console makes the claims that are being verified.
    private var claimedAt: Timestamp
    private var looks = 0

    /// Whether the console has never answered the abort of what was pending at the deadline, as far as is known: who
    /// has not asked for it itself owes it. It does no harm twice.
    private var owesAbort: Bool
    private let isAdopted: Bool

    /// Claims that were seen to be so.
    private var confirmed: Set<Claim> = []

    /// The quarantines whose copy is not found, how often it was looked for, and why it is not looked for any more.
    var missingCopies: [ActionTarget: MissingCopy] = [:]

    /// Begins with an end of the ledger, or goes on from what stands in the topic about it.
    ///
    /// Nil if nothing can be found out about it: nothing was sent, or an earlier release wrote the end.
    ///
    /// - Parameter isAbortAnswered: Whether the console is known to have answered an abort.
    init?(
        _ request: LedgerRequest, standing: ResultBook.Standing?, limits: Limits, isAbortAnswered: Bool = false
    ) {
        guard let end = request.end, end.isTheConsoles(of: request) else { return nil }
        id = request.id
        acceptedAt = request.acceptedAt
        state = end.state
        endedAt = end.at
        submittedAt = request.submittedAt
        remediation = request.remediationId.map { ConsoleRemediation(id: $0, malopId: request.request.malopId) }
        self.limits = limits
        actions = request.endedActions
        verification = .pending
        claimedAt = end.at
        owesAbort = end.state == .timedOut && !isAbortAnswered
        isAdopted = request.isAdopted
        guard let standing else { return }
        guard standing.state == end.state, let known = standing.verification else { return nil }
        verification = known
        if let amendment = standing.amendment { take(amendment) }
    }

    /// Whether this is that request, and not an earlier one under its id.
    func isOf(_ request: LedgerRequest) -> Bool { request.phase == .ended && request.acceptedAt == acceptedAt }

    /// Takes over what another tracker has found out, if that is more.
    mutating func learn(_ standing: ResultBook.Standing) {
        guard standing.state == state, let known = standing.verification else { return }
        let other = ResultBook.Knowledge(verification: known, amended: standing.amendment?.amended)
        guard ResultBook.Knowledge(verification: verification, amended: amended).isLess(than: other) else { return }
        verification = known
        if let amendment = standing.amendment { take(amendment) }
    }

    private mutating func take(_ amendment: RemediationResult) {
        amended = amendment.amended
        if amendment.actions.map(\.target) == actions.map(\.target) { actions = amendment.actions }
        claimedAt = max(claimedAt, amendment.updatedAt)
    }

    /// Whether there is something to verify.
    var isVerifying: Bool { verification == .pending }

    /// Whether the console may yet report on an action.
    func mayBeAmended(now: Timestamp) -> Bool {
        remediation != nil && now < endedAt + limits.amendFor && actions.contains(where: \.lacksItsEnd)
    }

    /// Whether nothing more will be found out.
    func isSettled(now: Timestamp) -> Bool { !isVerifying && !mayBeAmended(now: now) }
}

// MARK: - Verification

extension EndedRequest {
    private var claims: [Claim] { actions.compactMap { Claim($0, submittedAt: submittedAt) } }

    /// What to ask the console for.
    var questions: Evidence.Questions {
        let open = claims.filter { !confirmed.contains($0) }
        return Evidence.Questions(
            processes: Set(open.filter { $0.element == .process }.map(\.target.targetId)),
            files: Set(open.filter { $0.element == .file }.map(\.target.targetId)),
            machines: Set(open.filter { $0.element == .machine }.map(\.target.machineId)))
    }

    /// Whether a query can show anything.
    var hasQuestions: Bool { !questions.isEmpty }

    /// The quarantined files whose copies are to be looked for, as far as this shows them to be in quarantine.
    func copiesWanted(_ evidence: Evidence) -> Set<String> {
        let seen = claims.filter { confirmed.contains($0) || $0.finding(in: evidence) == .holds }.map(\.target)
        return Set(lackingReceipts.filter(seen.contains).map(\.targetId))
    }

    /// The console was asked. Decides when everything is so, or else when there is no more hope that it will be.
    mutating func looked(_ evidence: Evidence, now: Timestamp) {
        guard isVerifying else { return }
        let open = claims.filter { !confirmed.contains($0) }
        let findings = open.map { ($0, $0.finding(in: evidence)) }
        for (claim, finding) in findings where finding == .holds { confirmed.insert(claim) }
        takeCopies(evidence)
        let isAnswered = !findings.contains { $0.1 == .unanswered }
        if isAnswered { looks += 1 }
        guard !claims.isEmpty else { return verification = .notVerifiable }
        let isLate = now >= claimedAt + limits.lastWordWait
        guard !claims.allSatisfy(confirmed.contains) else {
            // A console that does not tell of copies must not keep it for ever.
            let isOver = looks >= Self.looksForCopy && now >= claimedAt + limits.verifyFor
            if isLate || isOver || lackingReceipts.isEmpty { verification = .verified }
            return
        }
        let isTime = now >= claimedAt + limits.verifyFor && looks >= Self.looksBeforeContradiction
        guard isLate || !hasQuestions || isTime && isAnswered else { return }
        let contradictions = findings.compactMap { claim, finding in finding.words(against: claim) }
        guard !contradictions.isEmpty, looks >= Self.looksBeforeContradiction else {
            return verification = .notVerifiable
        }
        verification = .contradicted
        amend(contradictions, at: now)
    }

    private mutating func amend(_ sentences: [String], at time: Timestamp) {
        // What was said before is not said again.
        let news = sentences.filter { amended?.contains($0) != true }
        guard !news.isEmpty else { return }
        var named = news.prefix(3).joined(separator: "; ")
        if news.count > 3 { named += "; and \(news.count - 3) more" }
        amended = (amended.map { $0 + "; " } ?? "") + "at \(time.rfc3339): \(named)"
    }
}

extension Claim.Finding {
    fileprivate func words(against claim: Claim) -> String? {
        guard case .fails(let words) = self else { return nil }
        return "\(claim.target): the console reported \(claim.state.rawValue), but \(words)"
    }
}

// MARK: - What the console says later

extension EndedRequest {
    /// The console reports on the remediation after all. What it claims now is to be verified, too.
    ///
    /// - Returns: Whether an action has ended that had not.
    mutating func reported(_ report: RemediationReport, now: Timestamp) -> Bool {
        guard report.remediationID == remediation?.id else { return false }
        let progress = ProgressFold.fold(report, of: actions.map(\.target))
        var news: [String] = []
        for (index, action) in progress.actions.enumerated() {
            guard actions[index].lacksItsEnd || actions[index].state == .unknown, action.state.isEnd else { continue }
            actions[index] = action
            news.append("\(action.target) \(action.state.rawValue)")
        }
        guard !news.isEmpty else { return false }
        amend(news, at: progress.actions.compactMap(\.updatedAt).max() ?? now)
        verification = .pending
        claimedAt = now
        looks = 0
        return true
    }
}

// MARK: - The abort that was not answered

extension EndedRequest {
    /// Whether to ask for an abort again: what timed out is open, by a report that has just come, and was never stopped.
    func needsAbort(_ report: RemediationReport) -> Bool {
        guard owesAbort, report.remediationID == remediation?.id, report.end == nil else { return false }
        let progress = ProgressFold.fold(report, of: actions.map(\.target))
        // What a person took for this request's, and shows none of its actions, is somebody else's.
        guard progress.isRecognized || !isAdopted else { return false }
        return zip(actions, progress.actions).contains { $0.state == .timedOut && !$1.state.isEnd }
    }

    /// The console was asked again. Its answer pays what was owed, be it a refusal.
    mutating func abortAnswered(_ outcome: RemediationOutcome) {
        switch outcome {
        case .submitted, .refused: owesAbort = false
        case .mayHaveRun, .notSent: break
        }
    }
}

extension ActionResult {
    /// Whether the request ended before this action did, and the console may still report on it.
    fileprivate var lacksItsEnd: Bool {
        (state == .timedOut || state == .unknown) && !actionType.isUntracked
    }
}

extension LedgerRequest.End {
    /// Whether it is the console's answer to an isolation command: that has no remediation.
    private var isCommandAnswer: Bool {
        !actions.isEmpty && actions.allSatisfy { $0.actionType.isIsolation && $0.state.isEnd && $0.state != .unknown }
    }

    /// Whether the console had the request, so that there is something to verify.
    fileprivate func isTheConsoles(of request: LedgerRequest) -> Bool {
        switch state {
        case .succeeded, .partial, .failed, .aborted, .timedOut, .unknown:
            request.remediationId != nil || reason == .seenByEffect || isCommandAnswer
        default: false
        }
    }
}
