import Cybereason
import JSON
import Model
import Pipeline

/// A request that may be at the console: nothing is sent again, and its fate is found out.
extension RequestCourse {
    /// An `INTENT` without an outcome.
    func fired(_ entry: LedgerLog.Entry, _ around: Circumstances) -> Step {
        let request = entry.request
        if sending == request.attempt { return .rest() }
        if let excess = request.excess {
            return .append(FactDraft(.notSent, attempt: request.attempt, excess.reason, excess.words))
        }
        if wasNeverSent(request, around) { return notSent(request) }
        let end = windowEnd(entry, around)
        guard around.now >= end else { return .rest(until: end) }
        let words = "\(request.intentWriter ?? "the writer") has not said how its attempt ended"
        return .append(FactDraft(.uncertain, attempt: request.attempt, .interrupted, words))
    }

    /// Asks the console, but not before the window has passed: until then the request may still come to it.
    func uncertain(_ entry: LedgerLog.Entry, _ around: Circumstances) -> Step {
        let request = entry.request
        if sending != request.attempt, wasNeverSent(request, around) { return notSent(request) }
        let end = windowEnd(entry, around)
        guard around.now >= end else { return .rest(until: end) }
        let search = search(of: request)
        if let known = known(request, search) { return known }
        guard canLook(for: request) else {
            return park(request, "the request names no malop, and what it asks for has no effect that can be seen")
        }
        if search.looks >= 2 {
            guard search.absences >= 2, request.isRepeatable, !request.wasNotThere else {
                return park(request, search.words ?? "the console does not show it")
            }
            return .append(FactDraft(.notSent, attempt: request.attempt, .notThere, search.words))
        }
        if let since = search.unansweredSince, around.now >= since + rules.fateLimit {
            return park(request, "the console does not say: \(search.words ?? "no answer")")
        }
        return look(for: request, search, around)
    }

    /// Waits for a person, but not for ever; and goes on looking, ever more seldom, for what comes late.
    func parked(_ request: LedgerRequest, _ around: Circumstances) -> Step {
        let search = search(of: request)
        if let known = known(request, search) { return known }
        let limit = request.changedAt + rules.parkedLimit
        guard around.wall < limit || clockFault(around) != nil else {
            return .append(.ended(.unknown, .cannotTell, "parked, and nobody has decided"))
        }
        let end = max(around.instant(of: limit), around.now + rules.machineRecheck)
        guard canLook(for: request) else { return .rest(until: end) }
        let step = look(for: request, search, around)
        if case .rest(let next?) = step { return .rest(until: min(next, end)) }
        return step
    }

    // MARK: - What the driver tells

    /// Takes the console's list of the malop's remediations.
    mutating func looked(
        _ result: Result<[RemediationReport], ConsoleError>, _ rule: AdoptionRule, for request: LedgerRequest,
        at now: ContinuousClock.Instant
    ) {
        var search = search(of: request)
        search.looked(result, rule, gap: rules.lookGap, at: now)
        self.search = search
    }

    /// Takes what the console says of the targets.
    mutating func saw(
        _ result: Result<Set<ActionTarget>, ConsoleError>, for request: LedgerRequest,
        at now: ContinuousClock.Instant
    ) {
        var search = search(of: request)
        search.saw(result, of: request.request.targets, gap: rules.lookGap, at: now)
        self.search = search
    }

    // MARK: - Parts

    /// What was seen of the attempt that is in question.
    private func search(of request: LedgerRequest) -> FateSearch {
        if let search, search.attempt == request.attempt { return search }
        return FateSearch(attempt: request.attempt)
    }

    /// Whether the attempt is this process's, and it has handed nothing to the console.
    private func wasNeverSent(_ request: LedgerRequest, _ around: Circumstances) -> Bool {
        request.intentWriter == around.writer && !sent.contains(request.attempt)
    }

    private func notSent(_ request: LedgerRequest) -> Step {
        let words = "the intent was written, but not followed by a request"
        return .append(FactDraft(.notSent, attempt: request.attempt, .interrupted, words))
    }

    /// The fact that follows from what was found, if something was.
    private func known(_ request: LedgerRequest, _ search: FateSearch) -> Step? {
        if let found = search.found {
            var draft = FactDraft.taken(
                .adopted, attempt: request.attempt, found.remediationID, startedAt: found.start)
            draft.reason = .adopted
            draft.detail = "found in the console's list of malop \(request.request.malopId ?? "")"
            return .append(draft)
        }
        guard search.isSeenByEffect else { return nil }
        let words =
            "the answer was lost, but each target is as it was asked for; what has brought it about is not known"
        return .append(.ended(.succeeded, .seenByEffect, words))
    }

    /// The console lists remediations by malop only; without one, the targets' own state is all there is to see. Isolation
    /// is a command, and not on that list at all.
    private func canLook(for request: LedgerRequest) -> Bool {
        request.request.malopId != nil || request.request.targets.allSatisfy(\.actionType.hasVisibleEffect)
    }

    private func look(for request: LedgerRequest, _ search: FateSearch, _ around: Circumstances) -> Step {
        if let next = search.next, around.now < next { return .rest(until: next) }
        guard let malop = request.request.malopId, !request.request.isIsolation else {
            return .see(request.request.targets)
        }
        return .look(malop: malop)
    }

    private func park(_ request: LedgerRequest, _ words: String) -> Step {
        .append(FactDraft(.parked, attempt: request.attempt, .cannotTell, words))
    }

    private func windowEnd(_ entry: LedgerLog.Entry, _ around: Circumstances) -> ContinuousClock.Instant {
        (entry.intentReadAt ?? around.now) + rules.inFlightWindow
    }
}
