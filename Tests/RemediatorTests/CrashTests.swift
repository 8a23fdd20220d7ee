import JSON
import Model
import Testing

@testable import Cybereason
@testable import Pipeline
@testable import Remediator

@Suite("Whatever dies wherever, nothing is done twice and nothing is lost")
struct CrashTests {
    @Test("one process that dies after any of its steps leaves work that the next one brings to an end")
    func everyStep() {
        for behaviour in Protocol.Behaviour.allCases {
            for moment in 0..<8 {
                var run = Protocol(seed: 1, behaviour, owners: 1)
                run.crashes = [moment]
                run.toTheEnd()
                #expect(run.executed <= behaviour.most, "\(behaviour), dead after step \(moment)")
                #expect(run.isSettled, "\(behaviour), dead after step \(moment): \(run.request)")
                #expect(run.isTruthful, "\(behaviour), dead after step \(moment): \(run.request)")
            }
        }
    }

    @Test("two owners at once, dying and interleaving as they may", arguments: 0..<400)
    func twoOwners(seed: Int) {
        for behaviour in Protocol.Behaviour.allCases {
            var run = Protocol(seed: UInt64(seed), behaviour, owners: 2)
            run.crashes = [seed % 5, 3 + seed % 7]
            run.toTheEnd()
            #expect(run.executed <= behaviour.most, "\(behaviour)")
            #expect(run.isSettled, "\(behaviour): \(run.request)")
            #expect(run.isTruthful, "\(behaviour): \(run.request)")
        }
    }
}

/// A model of the whole protocol: owners that drive one request over one log, against a console that answers, or not.
private struct Protocol {
    enum Behaviour: CaseIterable {
        case answers, losesAnswers, losesRequests, refuses, throttlesOnce, listsNothing

        /// How often it may be carried out. A console that never lists what it has carried out, whatever the time, is
        /// believed once, for an action that does no harm twice.
        var most: Int { self == .listsNothing ? 2 : 1 }
    }

    /// One process: what it remembers, and what it is in the middle of.
    private struct Owner {
        var course: RequestCourse
        var writer: String
        var readAt: ContinuousClock.Instant?
        var stage = Stage.looking
    }

    private enum Stage {
        case looking
        case writing(FactDraft)
        case intending(Int)
        case posting(Int, deadline: ContinuousClock.Instant)
        case learning(Int, RemediationOutcome)
    }

    var crashes: Set<Int> = []
    private(set) var executed = 0
    private let behaviour: Behaviour
    private var story = CourseStory()
    private var owners: [Owner] = []
    private var random: Generator
    private var listed: [RemediationReport] = []
    private var posts = 0
    private var steps = 0
    private var births = 0

    init(seed: UInt64, _ behaviour: Behaviour, owners count: Int) {
        self.behaviour = behaviour
        random = Generator(state: seed)
        for _ in 0..<count { owners.append(birth()) }
    }

    var request: LedgerRequest { story.request }

    /// Whether there is nothing left that an executor should do.
    var isSettled: Bool { request.end != nil || request.phase == .submitted || request.phase == .parked }

    /// Whether the log says of the console what is true.
    var isTruthful: Bool {
        switch request.phase {
        case .submitted: executed == 1 && listed.first?.remediationID == request.remediationId
        case .ended: executed == 0
        default: true
        }
    }

    private mutating func birth() -> Owner {
        births += 1
        let course = RequestCourse(rules: story.rules)
        let hasIntent = story.request.phase == .intent || story.request.phase == .uncertain
        return Owner(course: course, writer: "w\(births)", readAt: hasIntent ? story.now : nil)
    }

    mutating func toTheEnd() {
        var quiet = 0
        while steps < 400, !isSettled {
            let index = Int(random.next() % UInt64(owners.count))
            if step(index) { quiet = 0 } else { quiet += 1 }
            if quiet > owners.count * 3 { pass(.seconds(5)) }
        }
    }

    private mutating func pass(_ time: Duration) { story.wait(time) }

    /// One step of one owner; false if it only waits.
    private mutating func step(_ index: Int) -> Bool {
        let isIdle = !advance(index)
        guard !isIdle else { return false }
        if crashes.contains(steps) { owners[index] = birth() }
        steps += 1
        return true
    }

    private mutating func advance(_ index: Int) -> Bool {
        switch owners[index].stage {
        case .looking: return look(index)
        case .writing(let draft):
            owners[index].stage = .looking
            if append(draft, index) != .allowed { owners[index].course.rejected(draft, at: story.now) }
        case .intending(let attempt): intend(attempt, index)
        case .posting(let attempt, let deadline): post(attempt, deadline, index)
        case .learning(let attempt, let outcome):
            let draft = owners[index].course.outcome(outcome, of: attempt, at: story.now)
            _ = append(draft, index)
            owners[index].course.finish()
            owners[index].stage = .looking
        }
        return true
    }

    private mutating func look(_ index: Int) -> Bool {
        let owner = owners[index]
        var around = story.around
        around.writer = owner.writer
        let entry = LedgerLog.Entry(request: story.request, intentReadAt: owner.readAt)
        switch owner.course.next(entry, around) {
        case .rest: return false
        case .append(let draft): owners[index].stage = .writing(draft)
        case .ask: story.see(.online)
        case .fire(let attempt):
            owners[index].course.begin(attempt: attempt, at: story.now)
            owners[index].stage = .intending(attempt)
        case .look:
            let rule = AdoptionRule(
                story.request, user: "riposte@northwind.example", owner: { _ in nil })
            owners[index].course.looked(
                .success(behaviour == .listsNothing ? [] : listed), rule, for: story.request, at: story.now)
        case .identify: owners[index].course.identified(.success([:]), at: story.now)
        case .see: owners[index].course.saw(.success([]), for: story.request, at: story.now)
        }
        return true
    }

    private mutating func append(_ draft: FactDraft, _ index: Int) -> Ledger.Judgement {
        story.writer = owners[index].writer
        let judgement = story.write(draft)
        guard judgement == .allowed, draft.kind == .intent else { return judgement }
        for other in owners.indices { owners[other].readAt = story.now }
        return judgement
    }

    private mutating func intend(_ attempt: Int, _ index: Int) {
        let deadline = story.now + story.rules.fireWithin
        let judgement = append(FactDraft(.intent, attempt: attempt), index)
        guard judgement == .allowed, owners[index].course.mayHandOver(attempt: attempt) else {
            owners[index].course.finish()
            owners[index].stage = .looking
            return
        }
        owners[index].stage = .posting(attempt, deadline: deadline)
    }

    private mutating func post(_ attempt: Int, _ deadline: ContinuousClock.Instant, _ index: Int) {
        guard story.now < deadline else {
            owners[index].stage = .learning(attempt, .notSent(NotSent(.gateClosed, "too late", retryAfter: nil)))
            return
        }
        posts += 1
        owners[index].stage = .learning(attempt, console())
    }

    /// What the console makes of a request that reaches it, and what is heard of that.
    private mutating func console() -> RemediationOutcome {
        let lost = RemediationOutcome.mayHaveRun(UncertainReason(.cut, "cut"))
        switch behaviour {
        case .refuses: return .refused(Refusal(status: 400, words: "no"))
        case .losesRequests: return lost
        case .throttlesOnce where posts == 1: return .notSent(NotSent(.throttled, "later", retryAfter: .seconds(1)))
        default: break
        }
        executed += 1
        let report = story.report("rem-\(executed)")
        listed.append(report)
        return behaviour == .losesAnswers || behaviour == .listsNothing ? lost : .submitted(report)
    }
}

/// A small generator, the same on every run.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
