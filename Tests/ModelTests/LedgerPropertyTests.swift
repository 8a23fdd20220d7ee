import JSON
import Model
import Testing

/// A generator whose numbers follow from its seed alone (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &self)] }
}

/// Logs of random facts by several writers about requests that share targets.
struct RandomLog {
    static let writers = ["anna", "ben", "cleo"].map(Writer.init)
    static let ids = ["r", "s", "t", "u"]
    static let targets = [Ask.kill("p"), Ask.kill("q"), Ask.kill("p", on: "m2")]

    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A fact that makes sense where the request stands about two times of three, and else any fact at all.
    mutating func next(after ledger: Ledger) -> LedgerFact {
        let id = random.pick(Self.ids)
        guard let request = ledger.requests[id], Int.random(in: 0..<3, using: &random) > 0 else { return anything(id) }
        let writer = request.intentWriter.map(Writer.init) ?? random.pick(Self.writers)
        let remediation = random.pick(["x", "y", "z"])
        let attempt = request.attempt
        switch request.phase {
        case .accepted, .held:
            return random.pick([
                writer.holds(id), intends(id, attempt + 1, writer), intends(id, attempt + 1, writer),
                decides(request),
            ])
        case .notSent: return intends(id, attempt + 1, random.pick(Self.writers))
        case .intent where request.excess != nil:
            return random.pick(Self.writers).didNotSend(id, attempt: attempt, because: request.excess?.reason)
        case .intent:
            return random.pick([
                decides(request),
                writer.didNotSend(id, attempt: attempt), writer.submitted(id, as: remediation, attempt: attempt),
                writer.refuses(id, attempt: attempt), writer.doubts(id, attempt: attempt),
            ])
        case .uncertain:
            return random.pick([
                decides(request),
                writer.adopts(remediation, for: id), writer.submitted(id, as: remediation, attempt: attempt),
                writer.parks(id, attempt: attempt), writer.didNotFind(id, attempt: attempt),
            ])
        case .parked:
            return random.pick([
                writer.ends(id, as: random.pick(RequestState.allCases)),
                writer.decides(id, random.pick(DecisionVerb.allCases), remediation: remediation, of: request),
            ])
        case .submitted: return writer.ends(id, as: random.pick(RequestState.allCases))
        case .ended: return anything(id)
        }
    }

    private mutating func intends(_ id: String, _ attempt: Int, _ writer: Writer) -> LedgerFact {
        let caps = [nil, nil, RateCaps(actionsPerHour: 2), RateCaps(actionsPerMachineAndHour: 2)]
        return writer.intends(id, attempt: attempt, under: random.pick(caps))
    }

    /// Somebody approves or denies, perhaps under a signature.
    private mutating func decides(_ request: LedgerRequest) -> LedgerFact {
        let verb = random.pick([DecisionVerb.approve, .approve, .deny])
        var fact = random.pick(Self.writers).decides(
            request.id, verb, of: request, by: random.pick(["ann", "bob"]))
        fact.keyId = random.pick([nil, "k1"])
        fact.decision?.attempt = nil
        return fact
    }

    private mutating func anything(_ id: String) -> LedgerFact {
        let writer = random.pick(Self.writers)
        let attempt = Int.random(in: 0...3, using: &random)
        let remediation = random.pick(["x", "y", "z"])
        switch random.pick(FactKind.allCases) {
        case .accepted: return writer.accepts(id, to: random.pick(Self.targets), random.pick(Self.targets))
        case .refused: return Bool.random(using: &random) ? writer.refuses(id, attempt: attempt) : intakeRefusal(id)
        case .held: return writer.holds(id, because: random.pick([.halted, .machineOffline]))
        case .decided: return writer.decides(id, random.pick(DecisionVerb.allCases), remediation: remediation)
        case .intent: return intends(id, attempt, writer)
        case .notSent:
            return random.pick([
                writer.didNotSend(id, attempt: attempt), writer.didNotFind(id, attempt: attempt),
                writer.didNotSend(id, attempt: attempt, because: .hourCap),
            ])
        case .submitted: return writer.submitted(id, as: remediation, attempt: attempt)
        case .uncertain: return writer.doubts(id, attempt: attempt)
        case .adopted: return writer.adopts(remediation, for: id, attempt: attempt)
        case .parked: return writer.parks(id, attempt: attempt)
        case .ended: return writer.ends(id, as: random.pick(RequestState.allCases))
        }
    }

    private mutating func intakeRefusal(_ id: String) -> LedgerFact {
        random.pick(Self.writers).refusesAtIntake(id, to: random.pick(Self.targets))
    }
}

/// What must hold whatever is written to the log.
@Suite struct LedgerPropertyTests {
    /// What the random logs came across, so that a generator that reaches nothing is seen.
    struct Reached {
        var ends = 0, secondAttempts = 0, conflicts = 0, lateAnswers = 0, adoptions = 0
        var overCaps = 0, denialsOnTheWay = 0, approvals = 0
    }

    @Test("In no order of facts does a rule of the ledger break", arguments: 0..<20)
    func rules(seed: Int) {
        var reached = Reached()
        for run in 0..<25 { Self.tell(seed: UInt64(seed * 1000 + run), &reached) }
        #expect(reached.ends > 25)
        #expect(reached.secondAttempts > 0)
        #expect(reached.conflicts > 0)
        #expect(reached.lateAnswers > 0)
        #expect(reached.adoptions > 0)
        #expect(reached.overCaps > 0)
        #expect(reached.denialsOnTheWay > 0)
        #expect(reached.approvals > 0)
    }

    private static func tell(seed: UInt64, _ reached: inout Reached) {
        var source = RandomLog(seed: seed)
        var story = LedgerStory()
        var senders: [String: String] = [:]
        var guardrails = GuardrailOracle()
        for _ in 0..<120 {
            let before = story.ledger
            var fact = source.next(after: before)
            fact.at += .milliseconds(story.log.count)
            let judgement = story.add(fact)
            let place: Comment = "seed \(seed), fact \(story.log.count)"
            checkStep(from: before, to: story.ledger, fact, judgement, place)
            checkState(story.ledger, place)
            if judgement == .allowed, fact.fact == .intent {
                let sender = "\(fact.requestId)/\(fact.attempt)"
                #expect(senders.updateValue(fact.writer, forKey: sender) == nil, "two may send \(sender): \(place)")
            }
            guardrails.check(fact, judgement, before, place)
            note(fact, judgement, before, &reached)
        }
        checkReplay(story, "seed \(seed)")
    }

    /// A fact changes its own request or nothing; an end never changes; attempts rise one by one; nothing expires after
    /// it may have been sent.
    private static func checkStep(
        from before: Ledger, to after: Ledger, _ fact: LedgerFact, _ judgement: Ledger.Judgement, _ place: Comment
    ) {
        if !judgement.counts { #expect(after.requests == before.requests && after.open == before.open, place) }
        for (id, request) in before.requests {
            let now = after.requests[id]
            if id != fact.requestId || request.end != nil { #expect(now == request, place) }
            let risen = (now?.attempt ?? -1) - request.attempt
            #expect(risen == 0 || (risen == 1 && fact.fact == .intent), place)
            if request.end == nil, let end = now?.end, [.observed, .denied, .expired].contains(end.state) {
                // What was denied on its way ends when its writer says that it was not sent.
                let isStopped = fact.fact == .notSent && request.denial != nil
                #expect((request.isWaiting || isStopped) && !request.isDoubted, place)
            }
        }
    }

    /// No two requests fire on one target, none is at the console without an intent, none has another's remediation.
    private static func checkState(_ ledger: Ledger, _ place: Comment) {
        let firing = ledger.requests.values.filter(\.isFiring)
        let targets = firing.flatMap(\.request.targets)
        #expect(Set(targets).count == targets.count, place)
        #expect(firing.allSatisfy { $0.attempt >= 1 && $0.intentWriter != nil && $0.end == nil }, place)
        #expect(ledger.open == Set(ledger.requests.values.filter { $0.end == nil }.map(\.id)), place)
        let remediations = ledger.requests.values.compactMap(\.remediationId)
        #expect(Set(remediations).count == remediations.count, place)
        for request in ledger.requests.values {
            if let id = request.remediationId { #expect(ledger.owner(ofRemediation: id) == request.id, place) }
            if request.attempt == 0, let end = request.end {
                #expect([.observed, .denied, .expired, .refused].contains(end.state), place)
            }
            let blocker = firing.first {
                $0.id != request.id && !Set($0.request.targets).isDisjoint(with: request.request.targets)
            }
            #expect((ledger.conflict(for: request) != nil) == (blocker != nil), place)
        }
    }

    /// Every reader comes to the same, also one that reads the log after it was compacted.
    private static func checkReplay(_ story: LedgerStory, _ place: Comment) {
        var again = LedgerStory()
        for fact in story.log { again.add(fact) }
        #expect(again.ledger.requests == story.ledger.requests, place)
        let newest = Dictionary(story.log.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { $1 })
        var compacted = Ledger()
        for (index, fact) in story.log.enumerated() where newest[fact.key] == index {
            _ = compacted.apply(fact, logTime: Samples.time + .seconds(index + 1))
        }
        #expect(compacted.requests == story.ledger.requests, place)
    }

    private static func note(
        _ fact: LedgerFact, _ judgement: Ledger.Judgement, _ before: Ledger, _ reached: inout Reached
    ) {
        if case .void(.alreadyOpen, _) = judgement, fact.fact == .intent { reached.conflicts += 1 }
        if case .overCap = judgement { reached.overCaps += 1 }
        guard judgement == .allowed else { return }
        switch fact.fact {
        case .decided where fact.decision?.decision == .approve: reached.approvals += 1
        case .decided where fact.decision?.decision == .deny && before.requests[fact.requestId]?.phase == .intent:
            reached.denialsOnTheWay += 1
        case .ended, .refused: reached.ends += 1
        case .intent where fact.attempt > 1: reached.secondAttempts += 1
        case .adopted: reached.adoptions += 1
        case .submitted where before.requests[fact.requestId]?.phase != .intent: reached.lateAnswers += 1
        default: break
        }
    }
}
