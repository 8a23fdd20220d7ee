internal import JSON

/// What each fact does to the request that it is about, and where it is not allowed.
extension LedgerRequest {
    mutating func hold(_ fact: LedgerFact) -> Ledger.Judgement {
        guard isWaiting else { return .void(.tooLate) }
        phase = .held
        approvalsAnswered = approvalsTaken
        for action in fact.actions ?? [] { names[action.target] = action.named(as: names) }
        if fact.reason == .approvalRequired { objections = fact.objections ?? [] }
        note(fact)
        return .allowed
    }

    mutating func decide(_ fact: LedgerFact, _ logTime: Timestamp) -> Ledger.Judgement {
        guard let decision = fact.decision else { return .void(.wrongSchema) }
        guard !decisions.contains(decision) else { return .void(.duplicate) }
        if let quoted = decision.digest, quoted != digest { return .void(.wrongDigest) }
        if decision.decision.resolvesParked {
            guard phase == .parked else { return .void(.notParked) }
            // What comes late, or from the dead letters, is about an attempt that has been settled since.
            if let seen = decision.attempt, seen != attempt { return .void(.tooLate) }
            guard resolve(decision, fact, logTime) else { return .void(.wrongSchema) }
        } else if decision.decision == .deny {
            guard deny(decision, fact, logTime) else { return .void(.tooLate) }
        } else {
            guard isWaiting else { return .void(.tooLate) }
            // Whoever approves says what: an id alone may carry anything.
            guard decision.digest != nil else { return .void(.wrongSchema) }
            approve(decision, fact)
        }
        decisions.append(decision)
        return .allowed
    }

    /// Each person's newest word with each key counts.
    private mutating func approve(_ decision: RemediationDecision, _ fact: LedgerFact) {
        let approval = Approval(by: decision.decidedBy, keyID: fact.keyId, at: decision.decidedAt)
        if let index = approvals.firstIndex(where: { $0.by == approval.by && $0.keyID == approval.keyID }) {
            approvals[index] = approval
        } else {
            approvals.append(approval)
        }
        approvalsTaken += 1
    }

    /// Ends what waits. Of what is on its way no further attempt follows, and this one is stopped if it still can be. False
    /// if the console has it, or nobody knows whether it has.
    private mutating func deny(_ decision: RemediationDecision, _ fact: LedgerFact, _ logTime: Timestamp) -> Bool {
        guard isWaiting || phase == .intent || phase == .uncertain else { return false }
        denial = "denied by \(Self.words(decision))"
        if isWaiting { endDenied(fact, logTime) }
        return true
    }

    /// What was denied, and was not sent as far as the last attempt goes.
    private mutating func endDenied(_ fact: LedgerFact, _ logTime: Timestamp) {
        var end = fact
        (end.reason, end.detail) = (.denied, denial)
        guard isDoubted else { return finish(as: .denied, end, logTime) }
        // It must not read as if nothing had happened.
        end.reason = .cannotTell
        end.detail = "\(denial ?? ""); but an attempt before may have reached the console: look there, and resolve it"
        phase = .parked
        note(end)
    }

    private static func words(_ decision: RemediationDecision) -> String {
        decision.decidedBy + (decision.reason.map { ": \($0)" } ?? "")
    }

    /// Does what a person has decided about an attempt that nobody else can tell of; false if the decision lacks what it
    /// needs.
    private mutating func resolve(
        _ decision: RemediationDecision, _ fact: LedgerFact, _ logTime: Timestamp
    ) -> Bool {
        let words = Self.words(decision)
        switch decision.decision {
        case .approve, .deny: return false
        case .adopt:
            guard let id = decision.remediationId, !id.isEmpty else { return false }
            take(remediation: id, startedAt: nil, logTime)
            (reason, detail) = (.adopted, "taken for this request's by \(words)")
        case .giveUp:
            var end = fact
            (end.reason, end.detail) = (.givenUp, "given up by \(words)")
            finish(as: .unknown, end, logTime)
        case .sendAgain:
            // Once for each attempt: it is an order for what its giver saw, and no other.
            guard decision.digest != nil, decision.attempt != nil else { return false }
            phase = .notSent
            isDoubted = true
            denial = nil
            if let lifetime { notAfter = logTime + max(.zero, lifetime) }
            (reason, detail) = (.sendAgain, "sent again by \(words)")
        }
        return true
    }

    /// The first `INTENT` of the next attempt, and only while nothing of the request can be at the console.
    ///
    /// - Parameter excess: Which cap it is over at its place, if it is over one: then it stands, and nothing is sent.
    mutating func intend(_ fact: LedgerFact, over excess: Ledger.Excess?, _ logTime: Timestamp) -> Ledger.Judgement {
        guard isWaiting, denial == nil else { return .void(.tooLate) }
        guard fact.attempt == attempt + 1 else { return .void(.duplicate) }
        phase = .intent
        attempt = fact.attempt
        intentWriter = fact.writer
        answers = []
        intentConsoleTime = fact.consoleTime
        intendedAt = logTime
        self.excess = excess
        note(fact)
        return .allowed
    }

    /// Only the writer of the `INTENT` held the gate, so only it can prove that nothing passed, also when it comes to say
    /// so late. The console's list proves it well enough for actions that do no harm twice, and not twice.
    mutating func notSend(_ fact: LedgerFact, _ logTime: Timestamp) -> Ledger.Judgement {
        guard fact.attempt == attempt, phase == .intent || phase == .uncertain || phase == .parked else {
            return .void(.tooLate)
        }
        if fact.reason == .notThere {
            guard phase == .uncertain, isRepeatable, !wasNotThere else { return .void(.tooLate) }
            (isDoubted, wasNotThere) = (true, true)
        } else if fact.writer != intentWriter {
            // That nobody has sent what is over a cap, everyone can tell by its place in the log.
            guard fact.reason?.isRateCap == true, phase == .intent, excess != nil else { return .void(.tooLate) }
        }
        phase = .notSent
        note(fact)
        if denial != nil { endDenied(fact, logTime) }
        return .allowed
    }

    /// The console's id is evidence, so it counts also when it comes late; but only for an attempt that was allowed.
    ///
    /// Without that an id could be claimed for a request that never fired, beside another that fires on its target.
    mutating func submit(_ fact: LedgerFact, _ logTime: Timestamp) -> Ledger.Judgement {
        guard let id = fact.remediationId, !id.isEmpty else { return .void(.wrongSchema) }
        guard remediationId == nil else { return .void(.duplicate) }
        guard isFiring, fact.attempt <= attempt else { return .void(.tooLate) }
        take(remediation: id, startedAt: fact.startedAt, logTime)
        note(fact)
        return .allowed
    }

    private mutating func take(remediation id: String, startedAt: Timestamp?, _ logTime: Timestamp) {
        phase = .submitted
        remediationId = id
        submittedAt = startedAt ?? logTime
        submissionLoggedAt = logTime
    }

    mutating func doubt(_ fact: LedgerFact) -> Ledger.Judgement {
        guard phase == .intent, fact.attempt == attempt else { return .void(.tooLate) }
        phase = .uncertain
        answers = fact.actions ?? []
        note(fact)
        return .allowed
    }

    /// Also while a doubted request waits for its next attempt: what cannot be sent again cannot end as if it never was.
    mutating func park(_ fact: LedgerFact) -> Ledger.Judgement {
        let isOpen = phase == .intent || phase == .uncertain || (isWaiting && isDoubted)
        guard isOpen, fact.attempt == attempt else { return .void(.tooLate) }
        phase = .parked
        note(fact)
        return .allowed
    }

    /// By our own rules while nothing was sent, or by the console's words in answer to the attempt.
    mutating func refuse(_ fact: LedgerFact, _ logTime: Timestamp) -> Ledger.Judgement {
        guard isUnsent || isAnswer(fact) else { return .void(.tooLate) }
        finish(as: .refused, fact, logTime)
        return .allowed
    }

    mutating func finish(_ fact: LedgerFact, _ logTime: Timestamp) -> Ledger.Judgement {
        guard let state = fact.state, state.isEnd else { return .void(.wrongSchema) }
        guard mayEnd(as: state, fact) else { return .void(.tooLate) }
        finish(as: state, fact, logTime)
        return .allowed
    }

    mutating func finish(as state: RequestState, _ fact: LedgerFact, _ logTime: Timestamp) {
        phase = .ended
        end = End(state: state, reason: fact.reason, detail: fact.detail, actions: fact.actions ?? [], at: logTime)
        note(fact)
    }

    /// An end must fit what was sent: nothing expires that may have been sent, nothing succeeds without an `INTENT`.
    private func mayEnd(as state: RequestState, _ fact: LedgerFact) -> Bool {
        switch state {
        case .observed, .denied, .expired: isUnsent
        case .refused: isUnsent || isAnswer(fact)
        case .succeeded: mayBeAtConsole || isCommandAnswer(fact)
        case .partial, .failed:
            // What failed at one attempt may have been done by another.
            (fact.attempt == 0 || fact.attempt == attempt)
                && (mayBeAtConsole || isCommandAnswer(fact) && !isDoubted)
        case .aborted, .timedOut, .unknown: mayBeAtConsole
        case .accepted, .held, .submitted, .inProgress, .uncertain, .parked: false
        }
    }

    private var mayBeAtConsole: Bool { phase == .submitted || phase == .uncertain || phase == .parked }

    /// Whether the fact is the console's answer to an isolation command, told by the only one that can have it. There is no
    /// remediation to follow then, so the answer is the end. One to another attempt than the last says nothing of that.
    private func isCommandAnswer(_ fact: LedgerFact) -> Bool {
        phase == .intent && fact.attempt == attempt && fact.writer == intentWriter
            && request.targets.allSatisfy(\.actionType.isIsolation)
    }

    /// Whether nothing of the request ever reached the console, for all that can be proven.
    private var isUnsent: Bool { isWaiting && !isDoubted }

    /// Whether the fact's writer is the one that may have sent the attempt in question. Only it can have the console's
    /// answer, which counts also when it comes late; anyone else refuses by a state of the log that has passed. Nor does
    /// the answer to one attempt say anything of a doubted one before.
    private func isAnswer(_ fact: LedgerFact) -> Bool {
        let isAsked = phase == .intent || phase == .uncertain || phase == .parked
        return isAsked && !isDoubted && fact.attempt == attempt && fact.writer == intentWriter
    }

    private mutating func note(_ fact: LedgerFact) {
        reason = fact.reason
        detail = fact.detail
        policy = fact.policy ?? policy
        mode = fact.mode ?? mode
    }
}
