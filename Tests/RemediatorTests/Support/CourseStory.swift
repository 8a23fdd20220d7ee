import Cybereason
import JSON
import Model
import Policy

@testable import Pipeline
@testable import Remediator

/// One request over a ledger in memory, with everything around it under the test's control.
struct CourseStory {
    static let id = "r"
    static let machine = "m1"
    static let start = Timestamp(milliseconds: 1_795_000_000_000)

    var rules = ExecutionRules.testing
    var ledger = Ledger()
    var course: RequestCourse
    var writer = "one"
    var now = ContinuousClock.now
    var wall = CourseStory.start
    var control = ControlWatch.Signal.clear
    var clockDifference: Duration? = .zero
    /// How far the broker's clock is ahead of this host's.
    var brokerAhead = Duration.zero
    var machines: [String: MachineReading] = [:]
    var policy = ResponsePolicy.open
    private var intentReadAt: ContinuousClock.Instant?

    init(
        _ rules: ExecutionRules = .testing, malop: String? = "11.27", action: ActionType = .killProcess,
        target: String = "t1", dryRun: Bool? = nil, notAfter: Timestamp = CourseStory.start + .seconds(3600),
        mode: ResponseMode? = nil, requester: String? = nil, keyID: String? = nil
    ) {
        self.rules = rules
        course = RequestCourse(rules: rules)
        var request = RemediationRequest()
        request.malopId = malop
        request.dryRun = dryRun
        request.mode = mode
        request.initiatorUserName = requester
        request.actionsByMachine = [Self.machine: [RemediationAction(targetId: target, actionType: action)]]
        accept(Self.id, request, notAfter, keyID)
        see(.online)
        // The console has been asked, and tells no name.
        course.identified(.success([:]), at: now)
    }

    mutating func accept(
        _ id: String, _ request: RemediationRequest, _ notAfter: Timestamp, _ keyID: String? = nil
    ) {
        var fact = LedgerFact(.accepted, of: id, writer: writer, at: wall)
        fact.keyId = keyID
        fact.request = request
        fact.notAfter = notAfter
        _ = ledger.apply(fact, logTime: wall)
    }

    // MARK: - What is around it

    /// The console says this of the machine, now.
    mutating func see(_ answer: MachineReading.Answer) {
        machines[Self.machine] = MachineReading(answer: answer, answeredAt: now, name: "FIN-WS-014")
    }

    /// Time passes; the machine is as it was, unless a test says otherwise.
    mutating func wait(_ duration: Duration, refresh: Bool = true) {
        now += duration
        wall += duration
        if refresh, machines[Self.machine]?.answer != nil { machines[Self.machine]?.answeredAt = now }
    }

    /// The process dies, and another goes on from the ledger alone.
    mutating func crash(as name: String = "two") {
        writer = name
        course = RequestCourse(rules: rules)
        if request.phase == .intent || request.phase == .uncertain { intentReadAt = now }
    }

    // MARK: - Going on

    var request: LedgerRequest {
        guard let request = ledger.requests[Self.id] else { preconditionFailure("the story begins with a request") }
        return request
    }

    var entry: LedgerLog.Entry { LedgerLog.Entry(request: request, intentReadAt: intentReadAt) }

    var around: Circumstances {
        Circumstances(
            now: now, wall: wall, writer: writer, control: control, clockDifference: clockDifference,
            conflict: ledger.conflict(for: request), fulfilment: ledger.fulfilment(of: request), machines: machines,
            policy: PolicyInForce(policy),
            excess: ledger.excess(of: request, under: policy.caps.rates, at: wall + brokerAhead))
    }

    /// What the course wants to do.
    func next() -> RequestCourse.Step { course.next(entry, around) }

    /// The fact that the course wants to write; nil if it wants something else.
    func draft() -> FactDraft? {
        if case .append(let draft) = next() { return draft }
        return nil
    }

    /// The machines that the course wants to be asked for; nil if it wants something else.
    var asks: [String]? {
        if case .ask(let ids, _) = next() { return ids }
        return nil
    }

    @discardableResult
    mutating func write(_ draft: FactDraft) -> Ledger.Judgement {
        var fact = draft.complete(LedgerFact(draft.kind, of: Self.id, writer: writer, at: wall))
        if draft.kind == .intent {
            fact.consoleTime = clockDifference.map { wall + $0 }
            fact.caps = policy.caps.rates
        }
        let judgement = ledger.apply(fact, logTime: wall + brokerAhead)
        if judgement.counts, draft.kind == .intent { intentReadAt = now }
        return judgement
    }

    /// A person approves what is asked.
    mutating func approve(by person: String, keyID: String? = nil, at time: Timestamp? = nil) {
        decide(.approve, by: person, keyID: keyID, at: time)
    }

    /// A person denies it.
    mutating func deny(by person: String) { decide(.deny, by: person) }

    private mutating func decide(
        _ verb: DecisionVerb, by person: String, keyID: String? = nil, at time: Timestamp? = nil
    ) {
        var decision = RemediationDecision()
        decision.requestId = Self.id
        decision.decision = verb
        decision.digest = request.digest
        decision.decidedBy = person
        decision.decidedAt = time ?? wall
        var fact = LedgerFact(.decided, of: Self.id, writer: writer, at: wall)
        fact.decision = decision
        fact.keyId = keyID
        _ = ledger.apply(fact, logTime: wall)
    }

    /// Another request is sent.
    mutating func spend(on machine: String) {
        var request = RemediationRequest()
        request.actionsByMachine = [machine: [RemediationAction(targetId: "t9", actionType: .killProcess)]]
        accept("other", request, wall + .seconds(3600))
        _ = ledger.apply(LedgerFact(.intent, of: "other", attempt: 1, writer: "x", at: wall), logTime: wall)
    }

    /// Writes what the course wants to write.
    @discardableResult
    mutating func writeNext() -> FactDraft? {
        guard let draft = draft() else { return nil }
        write(draft)
        return draft
    }

    /// Begins an attempt: its `INTENT` is in the log, and the log allows it.
    mutating func intend(_ attempt: Int = 1) {
        course.begin(attempt: attempt, at: now)
        write(FactDraft(.intent, attempt: attempt))
    }

    /// Sends and learns this outcome.
    mutating func fire(_ outcome: RemediationOutcome, attempt: Int = 1) {
        intend(attempt)
        _ = course.mayHandOver(attempt: attempt)
        write(course.outcome(outcome, of: attempt, at: now))
        course.finish()
    }

    /// A remediation that the console lists.
    func report(
        _ id: String = "rem-1", user: String = "riposte@northwind.example", after: Duration = .seconds(1),
        target: String? = "t1", action: String = "KILL_PROCESS", machine: String = CourseStory.machine
    ) -> RemediationReport {
        let entry = StatusLogEntry(
            machineID: machine, targetID: target, status: "PENDING", actionType: .init(rawValue: action))
        let start = (request.intentConsoleTime ?? wall) + after
        return RemediationReport(
            remediationID: id, malopID: "11.27", start: start, initiatingUser: user, statusLog: [entry])
    }

    /// The console lists these.
    mutating func list(_ reports: [RemediationReport]) {
        let rule = AdoptionRule(
            request, user: "riposte@northwind.example",
            owner: { [ledger] in ledger.owner(ofRemediation: $0).flatMap { ledger.requests[$0]?.request.targets } })
        course.looked(.success(reports), rule, for: request, at: now)
    }

    /// The console does not list anything.
    mutating func failToList(_ error: ConsoleError) {
        let rule = AdoptionRule(request, user: "riposte@northwind.example", owner: { _ in nil })
        course.looked(.failure(error), rule, for: request, at: now)
    }

    /// The console shows these targets as they were asked for.
    mutating func show(_ seen: Set<ActionTarget>) { course.saw(.success(seen), for: request, at: now) }

    /// The answer was lost, and the window has passed since.
    mutating func loseAnswer(attempt: Int = 1) {
        fire(.mayHaveRun(UncertainReason(.cut, "cut")), attempt: attempt)
        wait(rules.inFlightWindow)
    }
}

extension ResponsePolicy {
    /// Lets everything be sent, as much as is asked for.
    static var open: ResponsePolicy {
        var policy = ResponsePolicy(mode: .enforce, rules: [])
        policy.caps = ResponseCaps()
        return policy
    }
}

extension ExecutionRules {
    /// The defaults, sending.
    static var testing: ExecutionRules {
        var rules = ExecutionRules()
        rules.mode = .enforce
        return rules
    }
}
