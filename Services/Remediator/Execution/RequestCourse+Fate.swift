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
        if request.intentWriter == around.writer, !sent.contains(request.attempt) {
            let words = "the intent was written, but not followed by a request"
            return .append(FactDraft(.notSent, attempt: request.attempt, .interrupted, words))
        }
        let end = windowEnd(entry, around)
        guard around.now >= end else { return .rest(until: end) }
        let words = "\(request.intentWriter ?? "the writer") has not said how its attempt ended"
        return .append(FactDraft(.uncertain, attempt: request.attempt, .interrupted, words))
    }

    /// Asks the console, but not before the window has passed: until then the request may still come to it.
    func uncertain(_ entry: LedgerLog.Entry, _ around: Circumstances) -> Step {
        let request = entry.request
        let end = windowEnd(entry, around)
        guard around.now >= end else { return .rest(until: end) }
        guard let malop = request.request.malopId else {
            return park(request, "the request names no malop, and the console lists remediations by malop only")
        }
        if let found {
            return .append(
                .taken(.adopted, attempt: request.attempt, found.remediationID, startedAt: found.start)
                    .because(.adopted, "found in the console's list of malop \(malop)"))
        }
        guard looks < 2 else { return park(request, lookWords ?? "the console's list does not show it") }
        if let nextLook, around.now < nextLook { return .rest(until: nextLook) }
        return .look(malop: malop)
    }

    /// Waits for a person, but not for ever.
    func parked(_ request: LedgerRequest, _ around: Circumstances) -> Step {
        let limit = request.changedAt + rules.parkedLimit
        guard around.wall >= limit else { return .rest(until: around.instant(of: limit)) }
        return .append(.ended(.unknown, .cannotTell, "parked, and nobody has decided"))
    }

    /// Takes the console's list of the malop's remediations.
    mutating func looked(
        _ result: Result<[RemediationReport], ConsoleError>, _ rule: AdoptionRule?, at now: ContinuousClock.Instant
    ) {
        switch result {
        case .failure(let error) where !error.isFinal:
            lookWords = error.description
            nextLook = now + max(lookFailures.next(), error.retryAfter ?? .zero)
        case .failure(let error):
            note("the console does not list the malop's remediations: \(error)", now)
        case .success(let reports):
            lookFailures.reset()
            found = rule?.candidates(in: reports).first
            if found == nil {
                note("of \(reports.count) remediations that the console lists, none is certainly it", now)
            }
        }
    }

    private mutating func note(_ words: String, _ now: ContinuousClock.Instant) {
        lookWords = words
        looks += 1
        nextLook = now + rules.lookGap
    }

    private func park(_ request: LedgerRequest, _ words: String) -> Step {
        .append(FactDraft(.parked, attempt: request.attempt, .cannotTell, words))
    }

    private func windowEnd(_ entry: LedgerLog.Entry, _ around: Circumstances) -> ContinuousClock.Instant {
        (entry.intentReadAt ?? around.now) + rules.inFlightWindow
    }
}

extension FactDraft {
    fileprivate func because(_ reason: Reason, _ detail: String) -> FactDraft {
        var draft = self
        draft.reason = reason
        draft.detail = detail
        return draft
    }
}

extension ConsoleError {
    /// Whether asking again will be answered no better. A console that is away is not that.
    fileprivate var isFinal: Bool {
        switch kind {
        case .notFound, .rejected, .forbidden, .notUnderstood, .tooLarge, .invalidArgument: true
        default: false
        }
    }
}
