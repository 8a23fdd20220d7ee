import Cybereason
import JSON
import Model
import Pipeline

/// Decides what to do next about one request.
///
/// Everything that matters stands in the ledger, so a course that is made anew after a crash goes on where the last one
/// ended. What it remembers itself is only how often something failed, what is under way, and what this process has
/// sent. It does nothing by itself: whoever drives it carries out its steps and tells it how they ended.
struct RequestCourse: Sendable {
    /// The next thing to do.
    enum Step: Sendable, Equatable {
        /// Nothing, until the time has come or something has changed.
        case rest(until: ContinuousClock.Instant? = nil)
        case append(FactDraft)
        /// Ask the console for these machines. If no answer has come by then, there is something to say about it.
        case ask(machines: [String], orSayBy: ContinuousClock.Instant? = nil)
        /// Ask the console what these targets are called and which machines they are on.
        case identify([ActionTarget])
        /// Append the `INTENT` of this attempt and, if the log allows it, send.
        case fire(attempt: Int)
        /// Ask the console for all remediations of the malop.
        case look(malop: String)
        /// Ask the console how these targets are.
        case see([ActionTarget])
    }

    /// Something on the way to the console that attempts do not get past.
    struct Obstacle: Sendable {
        /// When the first of these attempts began.
        let since: ContinuousClock.Instant
        /// How the last one failed.
        let words: String
        /// Whether it stays until a person has changed something about our account.
        let needsPerson: Bool
    }

    let rules: ExecutionRules

    /// The attempt that is on its way, from before its `INTENT` until its outcome is in the ledger.
    private(set) var sending: Int?
    /// When it began.
    private var begunAt: ContinuousClock.Instant?
    /// The attempts that this process has handed to the console, or was about to.
    private(set) var sent: Set<Int> = []

    /// Attempts of this process that were not sent, and when the next may follow.
    var retry = Pipeline.Backoff(base: .milliseconds(250), limit: .seconds(30))
    var notBefore: ContinuousClock.Instant?
    /// What keeps attempts from getting through.
    var obstacle: Obstacle?
    /// Why it can never be sent as it is.
    var unsendable: String?

    /// What the targets are called and where they are, where the policy asks for that.
    private(set) var targets = KnownTargets()

    /// The cap that the last intent was over, and until when no other is tried: what this instance reckons of the log's clock
    /// must not have it write intents in vain.
    private(set) var noRoom: (excess: Ledger.Excess, until: ContinuousClock.Instant)?

    /// What the console has shown of an attempt whose answer was lost.
    var search: FateSearch?

    init(rules: ExecutionRules) { self.rules = rules }

    /// The next step, from what the ledger says and what holds around it.
    func next(_ entry: LedgerLog.Entry, _ around: Circumstances) -> Step {
        switch entry.request.phase {
        case .ended, .submitted: .rest()
        case .accepted, .held, .notSent: waiting(entry.request, around)
        case .intent: fired(entry, around)
        case .uncertain: uncertain(entry, around)
        case .parked: parked(entry.request, around)
        }
    }

    // MARK: - What the driver tells

    /// An attempt begins: its `INTENT` is about to be written.
    mutating func begin(attempt: Int, at now: ContinuousClock.Instant) {
        sending = attempt
        begunAt = now
    }

    /// The log has allowed the attempt. False if this process has sent it before, and it must not be sent again.
    mutating func mayHandOver(attempt: Int) -> Bool { sent.insert(attempt).inserted }

    /// The attempt is over, and what there is to say of it is in the ledger.
    mutating func finish() { sending = nil }

    /// What to write about the outcome of an attempt.
    ///
    /// - Parameter isDoubted: Whether an attempt before this one may have run for all that: then no refusal ends the
    ///   request.
    mutating func outcome(
        _ outcome: RemediationOutcome, of attempt: Int, isDoubted: Bool = false, at now: ContinuousClock.Instant
    ) -> FactDraft {
        switch outcome {
        case .submitted(let report):
            return .taken(.submitted, attempt: attempt, report.remediationID, startedAt: report.start)
        case .refused(let refusal):
            let words = "HTTP \(refusal.status): \(refusal.words)"
            guard !isDoubted else { return .parked(attempt: attempt, instead: words) }
            return FactDraft(.refused, attempt: attempt, .refusedByConsole, words)
        case .mayHaveRun(let reason):
            return FactDraft(.uncertain, attempt: attempt, .answerLost, reason.detail)
        case .notSent(let reason):
            notBefore = now + max(retry.next(), reason.retryAfter ?? .zero)
            if reason.kind == .invalidOrder { unsendable = reason.detail }
            guard reason.kind != .gateClosed else {
                return FactDraft(.notSent, attempt: attempt, .gateClosed, reason.detail)
            }
            obstacle = Obstacle(
                since: obstacle?.since ?? begunAt ?? now, words: reason.detail,
                needsPerson: reason.kind == .accountRefused)
            return FactDraft(.notSent, attempt: attempt, .consoleUnavailable, reason.detail)
        }
    }

    /// The log has put an intent over a cap.
    mutating func foundNoRoom(_ excess: Ledger.Excess, at now: ContinuousClock.Instant) {
        noRoom = (excess, now + rules.machineRecheck)
    }

    /// The cap that stands in the way now, as far as it can be told.
    func excess(_ around: Circumstances) -> Ledger.Excess? {
        if let excess = around.excess { return excess }
        guard let noRoom, around.now < noRoom.until else { return nil }
        return noRoom.excess
    }

    /// Takes what the console tells of the targets.
    mutating func identified(_ result: Result<[String: TargetFacts], ConsoleError>, at now: ContinuousClock.Instant) {
        targets.take(result, at: now)
    }

    /// A fact did not count where it stands: somebody else was faster. What comes next follows from the ledger.
    mutating func rejected(_ draft: FactDraft, at now: ContinuousClock.Instant) {
        guard draft.kind == .adopted else { return }
        let gap = rules.lookGap
        search?.lost(gap: gap, at: now)
    }
}
