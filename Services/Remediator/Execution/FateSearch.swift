import Cybereason
import Model
import Pipeline

/// What the console has shown so far of an attempt whose answer was lost.
struct FateSearch: Sendable {
    /// The attempt that is looked for: what was seen of another says nothing about it.
    let attempt: Int

    /// Looks that did not find it.
    private(set) var looks = 0
    /// The last of these that showed, one after the other, that it is not there.
    private(set) var absences = 0
    /// The remediation that is certainly it.
    private(set) var found: RemediationReport?
    /// Whether every target is as the request wanted it.
    private(set) var isSeenByEffect = false
    /// What the last look was worth, for the person who may have to decide.
    private(set) var words: String?
    /// When to look again.
    private(set) var next: ContinuousClock.Instant?

    /// Since when the console has answered nothing at all.
    private(set) var unansweredSince: ContinuousClock.Instant?

    private var failures = Pipeline.Backoff(base: .seconds(1), limit: .seconds(60))

    /// The longest pause between two looks.
    private static let longestGap = Duration.seconds(600)

    init(attempt: Int) { self.attempt = attempt }

    /// Takes the console's list of a malop's remediations.
    mutating func looked(
        _ result: Result<[RemediationReport], ConsoleError>, _ rule: AdoptionRule, gap: Duration,
        at now: ContinuousClock.Instant
    ) {
        take(result, gap, now, failing: "the console does not list the malop's remediations") { search, reports in
            let candidates = rule.candidates(in: reports)
            search.found = candidates.count == 1 ? candidates[0] : nil
            guard search.found == nil else { return nil }
            let isAbsent = rule.isAbsent(in: reports)
            search.absences = isAbsent ? search.absences + 1 : 0
            guard candidates.isEmpty else {
                let ids = candidates.prefix(5).map(\.remediationID).joined(separator: ", ")
                return "\(candidates.count) remediations that the console lists fit alike: \(ids)"
            }
            let verdict = isAbsent ? "none can be it" : "none is certainly it"
            return "of \(reports.count) remediations that the console lists, \(verdict)"
        }
    }

    /// Takes what the console says of the targets: those that are as the request wanted them.
    mutating func saw(
        _ result: Result<Set<ActionTarget>, ConsoleError>, of targets: [ActionTarget], gap: Duration,
        at now: ContinuousClock.Instant
    ) {
        take(result, gap, now, failing: "the console does not say how the targets are") { search, seen in
            let missing = targets.filter { !seen.contains($0) }
            search.isSeenByEffect = missing.isEmpty
            guard let first = missing.first else { return nil }
            return "\(missing.count) of \(targets.count) actions have no effect that can be seen, as \(first)"
        }
    }

    /// What was found is another request's.
    mutating func lost(gap: Duration, at now: ContinuousClock.Instant) {
        found = nil
        note("what the console lists belongs to another request", gap, now)
    }

    private mutating func take<Answer>(
        _ result: Result<Answer, ConsoleError>, _ gap: Duration, _ now: ContinuousClock.Instant,
        failing prefix: String, _ read: (inout FateSearch, Answer) -> String?
    ) {
        switch result {
        case .failure(let error) where !error.isFinal:
            words = error.description
            unansweredSince = unansweredSince ?? now
            next = now + max(failures.next(), error.retryAfter ?? .zero)
        case .failure(let error):
            absences = 0
            unansweredSince = nil
            note("\(prefix): \(error)", gap, now)
        case .success(let answer):
            failures.reset()
            unansweredSince = nil
            if let words = read(&self, answer) { note(words, gap, now) }
        }
    }

    /// The pause grows with every look after the second, for by then a person has been asked.
    private mutating func note(_ words: String, _ gap: Duration, _ now: ContinuousClock.Instant) {
        self.words = words
        looks += 1
        let factor = 1 << min(max(0, looks - 1), 16)
        next = now + max(gap, min(gap * factor, Self.longestGap))
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
