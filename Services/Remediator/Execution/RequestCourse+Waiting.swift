import JSON
import Model
import Pipeline
import Policy

/// A request of which nothing is at the console: what stands in its way, in the order of the checks.
extension RequestCourse {
    func waiting(_ request: LedgerRequest, _ around: Circumstances) -> Step {
        let step = step(for: request, around)
        if let rest = calmed(step, request, around) { return rest }
        // It must not end as if nothing had been sent.
        guard request.isDoubted, case .append(let draft) = step, draft.endState != nil else { return step }
        let words = "\(draft.reason ?? .cannotTell): \(draft.detail ?? "")"
        return .append(.parked(attempt: request.attempt, instead: words))
    }

    private func step(for request: LedgerRequest, _ around: Circumstances) -> Step {
        if let refusal = refusal(of: request, around) { return .append(refusal) }
        let machines = situation(of: request, around)
        if limit(of: request) == .observe { return observe(request, machines, around) }
        return proceed(request, machines, around)
    }

    /// Instead of yet another word on why it waits: a rest. Whatever comes and goes all the while, and two instances that see
    /// it differently, must not fill the log; the first few words come at once.
    private func calmed(_ step: Step, _ request: LedgerRequest, _ around: Circumstances) -> Step? {
        guard case .append(let draft) = step, draft.kind == .held, request.phase == .held else { return nil }
        let further = request.changes - ExecutionRules.changesAtOnce
        guard further > 0 else { return nil }
        let pause = min(Duration.seconds(1 << min(further, 6)), .seconds(60))
        let until = min(around.instant(of: request.changedAt + pause), around.now + pause)
        return until > around.now ? rest(until: until, request, around) : nil
    }

    /// What ends the request whatever else holds.
    private func refusal(of request: LedgerRequest, _ around: Circumstances) -> FactDraft? {
        // By a clock that is wrong nothing ends for ever.
        if let notAfter = request.notAfter, around.wall >= notAfter, clockFault(around) == nil {
            if let end = unapproved(request, notAfter) { return end }
            return .ended(.expired, .expired, "not sent by \(notAfter.rfc3339)\(Self.last(request))")
        }
        if let unsendable { return FactDraft(.refused, .wrongSchema, unsendable) }
        if let fault = request.request.isolationFault { return FactDraft(.refused, fault.reason, fault.words) }
        let forbidden = request.request.targets.filter { !rules.allowedActions.contains($0.actionType) }
        guard let first = forbidden.first else { return nil }
        return FactDraft(.refused, .actionNotAllowed, "\(first.actionType) is not sent by this installation")
    }

    /// The end of a request whose time has passed while it waited for a person; nil if one had approved it.
    private func unapproved(_ request: LedgerRequest, _ notAfter: Timestamp) -> FactDraft? {
        guard request.isHeld(.approvalRequired), !request.hasNewApproval else { return nil }
        let who = request.approvals.isEmpty ? "nobody" : "nobody whose approval counts"
        return .ended(.denied, .approvalExpired, "\(who) approved it by \(notAfter.rfc3339)\(Self.last(request))")
    }

    private static func last(_ request: LedgerRequest) -> String {
        guard let reason = request.reason else { return "" }
        return "; at last: \(reason)" + (request.detail.map { ", \($0)" } ?? "")
    }

    private func proceed(
        _ request: LedgerRequest, _ machines: MachineSituation, _ around: Circumstances
    ) -> Step {
        if let stop = Self.stop(around.control) {
            // Meanwhile a person may decide: what waits for that goes on showing it.
            if request.isHeld(.approvalRequired), !request.hasNewApproval { return rest(until: nil, request, around) }
            return hold(request, stop.reason, stop.words, around)
        }
        if let notBefore, around.now < notBefore {
            return waitToRepeat(until: notBefore, request, around)
        }
        if let words = clockFault(around) { return holdForClock(request, words, machines, around) }
        // Who waits for room need not have the console asked for its machines all the while.
        if let excess = excess(around), request.isHeld(excess.reason), impossible(request, around) == nil {
            return holdForRoom(request, excess, around)
        }
        switch machines {
        case .toAsk(let ids, let words, let overdue): return ask(ids, words, overdue, request, around)
        case .away(let words, let overdue, let until):
            return waitForConsole(until: until, words, overdue, request, around)
        case .unknown(let words): return .append(FactDraft(.refused, .machineUnknown, words))
        case .offline, .ready: return guarded(request, machines, around)
        }
    }

    /// The guardrails, of a request whose machines are known.
    private func guarded(
        _ request: LedgerRequest, _ machines: MachineSituation, _ around: Circumstances
    ) -> Step {
        if let step = identifyTargets(of: request, around) { return step }
        switch permission(for: request, around) {
        case .refused(let finding) where finding.isKnown:
            return .append(judged(FactDraft(.refused, finding.reason, finding.words), request, around))
        case .refused(let finding): return holdForKnowledge(request, finding, around)
        case .observed: return observe(request, machines, around)
        case .approval(let wanted):
            if let other = around.fulfilment { return .append(Self.fulfilled(by: other)) }
            return holdForApproval(request, wanted, around)
        case .granted: break
        }
        if let other = around.fulfilment { return .append(Self.fulfilled(by: other)) }
        if case .offline(let words, let until) = machines {
            return hold(request, .machineOffline, words, until: until, around)
        }
        if let other = around.conflict { return .append(Self.conflict(with: other)) }
        if let excess = excess(around) { return holdForRoom(request, excess, around) }
        return .fire(attempt: request.attempt + 1)
    }

    /// The refusal of a request in whose way another one is.
    ///
    /// - Parameter attempt: Whose intent the log has refused for it; 0 for none.
    static func conflict(with other: String, attempt: Int = 0) -> FactDraft {
        FactDraft(
            .refused, attempt: attempt, .alreadyOpen,
            "request \(other) acts on the same target and has not ended")
    }

    /// The refusal of a request that another one has left nothing to do for.
    private static func fulfilled(by other: String) -> FactDraft {
        FactDraft(
            .refused, .alreadyDone,
            "request \(other) has done the same to the same while this one waited; ask anew if it is wanted again")
    }

    // MARK: - Observing

    /// Runs every check and ends with what they found. Only the console's answer is waited for.
    private func observe(
        _ request: LedgerRequest, _ machines: MachineSituation, _ around: Circumstances
    ) -> Step {
        var findings: [String] = []
        if let stop = Self.stop(around.control) { findings.append("would wait (\(stop.reason): \(stop.words))") }
        if let words = clockFault(around) { findings.append("would wait (\(Reason.clockOff): \(words))") }
        switch machines {
        case .toAsk(let ids, let words, let overdue): return ask(ids, words, overdue, request, around)
        case .away(let words, let overdue, let until):
            return waitForConsole(until: until, words, overdue, request, around)
        case .unknown(let words): findings.append("would be refused (\(Reason.machineUnknown): \(words))")
        case .offline, .ready:
            if let step = identifyTargets(of: request, around) { return step }
            findings += self.findings(of: request, machines, around)
        }
        if let other = around.conflict { findings.append("would be refused (\(Reason.alreadyOpen): request \(other))") }
        if let other = around.fulfilment {
            findings.append("would be refused (\(Reason.alreadyDone): request \(other))")
        }
        let verdict = findings.isEmpty ? "would be sent" : findings.joined(separator: ", ")
        let reason = isObservedByItself(request) ? Reason.dryRun : .observeMode
        let words = "\(verdict): \(actions(of: request, around))\(observer(of: request, machines, around))"
        return .append(judged(.ended(.observed, reason, words), request, around))
    }

    /// Which words of the policy have it only observed, where they do.
    private func observer(
        of request: LedgerRequest, _ machines: MachineSituation, _ around: Circumstances
    ) -> String {
        if case .unknown = machines { return "" }
        guard case .observed(let words) = policyWithoutLimits(request, around) else { return "" }
        return "; only observed: \(words)"
    }

    /// Whether nobody but the request has it so.
    private func isObservedByItself(_ request: LedgerRequest) -> Bool {
        rules.mode != .observe && limit(of: request) == .observe
    }

    /// What would have been in the way of a request whose machines are known.
    private func findings(
        of request: LedgerRequest, _ machines: MachineSituation, _ around: Circumstances
    ) -> [String] {
        var findings: [String] = []
        switch policyWithoutLimits(request, around) {
        case .granted, .observed: break
        case .refused(let finding): findings.append("would be refused (\(finding.reason): \(finding.words))")
        case .approval: findings.append("would wait (\(Reason.approvalRequired))")
        }
        if case .offline(let words, _) = machines { findings.append("would wait (\(Reason.machineOffline): \(words))") }
        if let excess = excess(around) { findings.append("would wait (\(excess.reason): \(excess.words))") }
        return findings
    }

    // MARK: - Waiting

    private static func stop(_ control: ControlWatch.Signal) -> (reason: Reason, words: String)? {
        switch control {
        case .clear: nil
        case .halted(let by, let reason): (.halted, "halted by \(by)" + (reason.map { ": \($0)" } ?? ""))
        case .unknown: (.controlUnknown, "the halt switch cannot be read")
        }
    }

    func clockFault(_ around: Circumstances) -> String? {
        guard let difference = around.clockDifference else { return nil }
        guard difference > rules.clockTolerance || difference < .zero - rules.clockTolerance else { return nil }
        return "the console's clock is \(difference.components.seconds) s ahead of this host's"
    }

    /// Asking for the machines goes on, for each answer also tells the console's time.
    private func holdForClock(
        _ request: LedgerRequest, _ words: String, _ machines: MachineSituation, _ around: Circumstances
    ) -> Step {
        guard request.isHeld(.clockOff) else { return .append(FactDraft(.held, .clockOff, words)) }
        switch machines {
        case .toAsk(let ids, _, _): return .ask(machines: ids)
        case .away(_, _, let until): return rest(until: until, request, around)
        default: return rest(until: around.now + rules.machineRecheck, request, around)
        }
    }

    /// Asks for machines, and says once in the ledger that no answer comes.
    private func ask(
        _ ids: [String], _ words: String, _ overdue: ContinuousClock.Instant, _ request: LedgerRequest,
        _ around: Circumstances
    ) -> Step {
        if request.isHeld(.consoleUnavailable) { return .ask(machines: ids) }
        guard around.now >= overdue else { return .ask(machines: ids, orSayBy: overdue) }
        return .append(FactDraft(.held, .consoleUnavailable, words))
    }

    /// Waits for the console's next chance, and says so from `overdue` on.
    func waitForConsole(
        until: ContinuousClock.Instant, _ words: String, _ overdue: ContinuousClock.Instant,
        _ request: LedgerRequest, _ around: Circumstances
    ) -> Step {
        guard around.now >= overdue else { return rest(until: min(until, overdue), request, around) }
        if request.isHeld(.consoleUnavailable), request.detail == Self.noWords, words != Self.noWords {
            return .append(FactDraft(.held, .consoleUnavailable, words))
        }
        return hold(request, .consoleUnavailable, words, until: until, around)
    }

    /// Waits for the next attempt.
    private func waitToRepeat(
        until: ContinuousClock.Instant, _ request: LedgerRequest, _ around: Circumstances
    ) -> Step {
        guard let obstacle, request.reason != .gateClosed else { return rest(until: until, request, around) }
        let overdue = obstacle.needsPerson ? around.now : obstacle.since + rules.patience
        let words = "\(retry.failures) attempts did not get through, at last: \(obstacle.words)"
        return waitForConsole(until: until, retry.failures > 1 ? words : obstacle.words, overdue, request, around)
    }

    /// Waits for what the console, or a policy that comes, may tell yet. Only what is known to be forbidden is refused.
    private func holdForKnowledge(
        _ request: LedgerRequest, _ finding: GuardrailJudgement.Finding, _ around: Circumstances
    ) -> Step {
        hold(request, finding.reason, finding.words, until: around.now + rules.machineRecheck, around)
    }

    /// Waits for room under a cap. It may come early, when something turns out not to have been sent.
    private func holdForRoom(_ request: LedgerRequest, _ excess: Ledger.Excess, _ around: Circumstances) -> Step {
        let until = min(around.instant(of: excess.until), around.now + rules.machineRecheck)
        let words = "\(excess.words); there may be room at \(excess.until.rfc3339)"
        return hold(request, excess.reason, words, until: until, around)
    }

    /// Says once in the ledger why it waits, and waits.
    private func hold(
        _ request: LedgerRequest, _ reason: Reason, _ words: String, until: ContinuousClock.Instant? = nil,
        _ around: Circumstances
    ) -> Step {
        guard request.isHeld(reason) else { return .append(FactDraft(.held, reason, words)) }
        return rest(until: until, request, around)
    }

    /// Waits, but not beyond the request's own deadline.
    func rest(
        until: ContinuousClock.Instant?, _ request: LedgerRequest, _ around: Circumstances
    ) -> Step {
        let expiry = request.notAfter.map { max(around.instant(of: $0), around.now + .milliseconds(100)) }
        return .rest(until: [until, expiry].compactMap(\.self).min())
    }
}

extension LedgerRequest {
    /// Whether results show already that it waits for this.
    func isHeld(_ reason: Reason) -> Bool { phase == .held && self.reason == reason }
}
