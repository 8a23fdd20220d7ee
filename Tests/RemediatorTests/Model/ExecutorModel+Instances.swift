import Cybereason
import JSON
import Model
import Policy

@testable import Pipeline
@testable import Remediator

/// What an instance does: as its driver would carry it out.
extension ExecutorModel {
    /// Reads the log to its end, and goes on where it has waited to read back.
    func read(_ number: Int, _ world: inout ModelWorld) {
        var instance = world.instances[number]
        if tree.hasIntent(world.log, beyond: instance.read) { instance.intentReadAt = world.time }
        instance.read = world.log
        settle(&instance, &world)
        world.instances[number] = instance
    }

    /// What was waited for is read back.
    private func settle(_ instance: inout ModelWorld.Instance, _ world: inout ModelWorld) {
        let writer = Self.name(instance.writer)
        switch instance.activity {
        case .appending(let kind, let depth?):
            if tree.prefix(of: world.log, depth: depth).judgement != .allowed {
                instance.course.rejected(FactDraft(kind), at: world.now)
            }
            instance.activity = .idle
        case .intending(let attempt, let begun, let depth?):
            let judgement = tree.prefix(of: world.log, depth: depth).judgement
            var isAllowed = Executor.allows(judgement, truth(world), attempt, by: writer)
            if case .overCap(let excess) = judgement {
                guard !setting.keepsToCaps else { return giveBack(attempt, excess, &instance, &world) }
                isAllowed = true
            }
            guard isAllowed || !setting.readsBack, instance.course.mayHandOver(attempt: attempt) else {
                instance.course.finish()
                return instance.activity = .idle
            }
            instance.activity = .beforeGate(attempt: attempt, begun: begun)
        case .recording(_, .some):
            instance.course.finish()
            instance.activity = .idle
        default: break
        }
    }

    /// An `INTENT` that is over a cap is taken back by its writer.
    private func giveBack(
        _ attempt: Int, _ excess: Ledger.Excess, _ instance: inout ModelWorld.Instance, _ world: inout ModelWorld
    ) {
        instance.course.foundNoRoom(excess, at: world.now)
        instance.activity = .recording(attempt: attempt, at: nil)
        let draft = FactDraft(.notSent, attempt: attempt, excess.reason, excess.words)
        send(draft, by: instance.writer, truth(world), &world)
    }

    /// Carries out what the course says; false if it rests.
    func act(_ number: Int, isRefused: Bool, _ world: inout ModelWorld) -> Bool {
        var instance = world.instances[number]
        guard let read = instance.read else { return false }
        let node = tree.nodes[read]
        let entry = LedgerLog.Entry(
            request: node.request, intentReadAt: instance.intentReadAt.map { ModelWorld.instant($0) })
        let around = circumstances(of: node, instance, world)
        var step = instance.course.next(entry, around)
        if case .identify(let targets) = step {
            // Names decide nothing here, and the console tells them at once.
            let facts = Dictionary(targets.map { ($0.targetId, TargetFacts(name: "x")) }) { first, _ in first }
            instance.course.identified(.success(facts), at: world.now)
            step = instance.course.next(entry, around)
        }
        guard isRefused == step.isLook || !isRefused else { return false }
        switch step {
        case .rest, .ask, .identify: return false
        case .append(let draft):
            instance.activity = .appending(kind: draft.kind, at: nil)
            send(changed(draft, node.request), by: instance.writer, node.request, &world)
        case .fire(let attempt):
            guard attempt <= setting.attempts || !isBounded else { return false }
            instance.course.begin(attempt: attempt, at: world.now)
            instance.activity = .intending(attempt: attempt, begun: world.time, at: nil)
            send(FactDraft(.intent, attempt: attempt), by: instance.writer, node.request, &world)
        case .look: look(&instance.course, node, isRefused: isRefused, &world)
        case .see(let targets):
            let seen = world.posts.contains(where: isVisible) ? Set(targets) : []
            let refusal = ConsoleError(.forbidden, "no")
            instance.course.saw(isRefused ? .failure(refusal) : .success(seen), for: node.request, at: world.now)
            if isRefused { world.refusedLooks -= 1 }
        }
        world.instances[number] = instance
        return true
    }

    private func circumstances(
        of node: LogTree.Node, _ instance: ModelWorld.Instance, _ world: ModelWorld
    ) -> Circumstances {
        Circumstances(
            now: world.now, wall: ModelWorld.wall(world.time), writer: Self.name(instance.writer),
            control: Self.signal(world), clockDifference: .zero, conflict: node.ledger.conflict(for: node.request),
            machines: Self.machines(at: world.now), policy: PolicyInForce(policy),
            excess: setting.caps.flatMap { node.ledger.excess(of: node.request, under: $0, at: ModelWorld.start) })
    }

    private var policy: ResponsePolicy {
        var policy = ResponsePolicy.open
        if let caps = setting.caps { policy.caps.rates = caps }
        if setting.needsApproval, setting.asksForApproval { policy.mode = .approve }
        return policy
    }

    private static func machines(at now: ContinuousClock.Instant) -> [String: MachineReading] {
        [ModelWorld.machine: MachineReading(answer: .online, answeredAt: now, name: "FIN-WS-014", pylumID: "P1")]
    }

    private static func signal(_ world: ModelWorld) -> ControlWatch.Signal {
        world.isHalted ? .halted(by: "ann", reason: nil) : .clear
    }

    /// A protection less: what the console's list does not show is sent again, however often that was so before.
    private func changed(_ draft: FactDraft, _ request: LedgerRequest) -> FactDraft {
        guard !setting.trustsOnce, draft.kind == .parked, request.wasNotThere else { return draft }
        return FactDraft(.notSent, attempt: request.attempt, .interrupted)
    }

    /// Puts a fact on its way to the log.
    private func send(_ draft: FactDraft, by writer: Int, _ request: LedgerRequest, _ world: inout ModelWorld) {
        var name = Self.name(writer)
        // The fold would void it from anybody else.
        if draft.kind == .notSent, draft.reason == .interrupted, !setting.trustsOnce {
            name = request.intentWriter ?? name
        }
        var fact = draft.complete(LedgerFact(draft.kind, of: ModelWorld.id, writer: name, at: ModelWorld.start))
        if draft.kind == .intent { (fact.consoleTime, fact.caps) = (ModelWorld.start, setting.caps) }
        let number = tree.number(
            of: fact,
            LogTree.Name(
                kind: draft.kind, writer: writer, attempt: draft.attempt, reason: draft.reason,
                remediation: draft.remediationID, state: draft.state, verb: nil))
        world.flights.append(.init(fact: number, writer: writer))
    }

    // MARK: - The console

    /// The last question; then the request is on its way.
    func passGate(_ number: Int, _ world: inout ModelWorld) {
        var instance = world.instances[number]
        guard case .beforeGate(let attempt, let begun) = instance.activity else { return }
        let standing = instance.read.map { tree.nodes[$0].request }
        let gate = FiringGate(
            attempt: attempt, writer: Self.name(instance.writer), fireBy: ModelWorld.instant(begun) + rules.fireWithin,
            notAfter: standing?.notAfter, generation: 0)
        // Who does not read back has nothing to compare with.
        let isOpen = gate.isOpen(
            now: world.now, wall: ModelWorld.wall(world.time), control: Self.signal(world),
            generation: 0, standing: setting.readsBack ? standing : .none)
        let isInTime = world.now < gate.fireBy && !world.isHalted
        if isOpen || !setting.hasGate || (!asksAll(attempt, instance, standing) && isInTime) {
            world.posts.append(.init(attempt: attempt, begun: setting.hasGate ? begun : world.time))
            instance.activity = .posting(attempt: attempt, post: world.posts.count - 1)
            world.instances[number] = instance
        } else {
            world.instances[number] = instance
            record(.notSent(NotSent(.gateClosed, "the gate is closed", retryAfter: nil)), attempt, number, &world)
        }
    }

    /// Whether the gate asks whatever the setting does not have it leave out.
    private func asksAll(_ attempt: Int, _ instance: ModelWorld.Instance, _ standing: LedgerRequest?) -> Bool {
        guard setting.readsBack else { return false }
        guard let standing, standing.phase == .intent, standing.attempt == attempt,
            standing.intentWriter == Self.name(instance.writer)
        else { return true }
        let isOverlooked =
            (!setting.keepsToCaps && standing.excess != nil) || (!setting.heedsDenials && standing.denial != nil)
        return !isOverlooked
    }

    func answer(_ number: Int, _ world: inout ModelWorld, _ outcome: (Int) -> RemediationOutcome) {
        guard case .posting(let attempt, let post) = world.instances[number].activity else { return }
        record(outcome(post), attempt, number, &world)
    }

    /// The console, or the way to it, says no: the request is not carried out.
    func refuse(_ number: Int, _ world: inout ModelWorld, _ outcome: RemediationOutcome) {
        guard case .posting(_, let post) = world.instances[number].activity else { return }
        world.posts[post].fate = .lost
        world.proofs -= 1
        answer(number, &world) { _ in outcome }
    }

    private func record(_ outcome: RemediationOutcome, _ attempt: Int, _ number: Int, _ world: inout ModelWorld) {
        var instance = world.instances[number]
        // As far as this instance has read: the log may know better.
        let isDoubted = instance.read.map { tree.nodes[$0].request.isDoubted } ?? false
        let draft = instance.course.outcome(
            spoken(outcome, to: truth(world), at: world.now), of: attempt, isDoubted: isDoubted, at: world.now)
        instance.activity = .recording(attempt: attempt, at: nil)
        send(draft, by: instance.writer, truth(world), &world)
        world.instances[number] = instance
    }

    /// What came of an attempt in the words of what was sent: a command has no remediation.
    private func spoken(
        _ outcome: RemediationOutcome, to request: LedgerRequest, at now: ContinuousClock.Instant
    ) -> ConsoleOutcome {
        guard let order = IsolationOrder(request.request, machines: Self.machines(at: now)) else {
            return .remediation(outcome)
        }
        switch outcome {
        case .submitted: return .isolation(.answered(["P1": .succeeded]), of: order)
        case .refused(let refusal): return .isolation(.refused(refusal), of: order)
        case .notSent(let reason): return .isolation(.notSent(reason), of: order)
        case .mayHaveRun(let reason): return .isolation(.mayHaveRun(reason), of: order)
        }
    }

    private func isVisible(_ post: ModelWorld.Post) -> Bool {
        post.fate == .carriedOut(isListed: true)
    }

    private func look(
        _ course: inout RequestCourse, _ node: LogTree.Node, isRefused: Bool, _ world: inout ModelWorld
    ) {
        let rule = AdoptionRule(node.request, user: ModelWorld.user) { [ledger = node.ledger] id in
            ledger.owner(ofRemediation: id).flatMap { ledger.requests[$0]?.request.targets }
        }
        guard !isRefused else {
            world.refusedLooks -= 1
            return course.looked(.failure(ConsoleError(.forbidden, "no")), rule, for: node.request, at: world.now)
        }
        var reports = world.posts.indices.filter { isVisible(world.posts[$0]) }.map { report($0) }
        reports.append(foreign("old", user: ModelWorld.user, at: -1000))
        if setting.hasForeign {
            reports.append(foreign("other", user: "mallory@northwind.example", at: world.time + 1))
        }
        if !setting.adoptsOnlyOurs {
            reports = reports.map { $0.remediationID == "old" ? claimed($0, node.request) : $0 }
        }
        course.looked(.success(reports), rule, for: node.request, at: world.now)
    }

    func report(_ post: Int) -> RemediationReport {
        foreign(Self.remediation(post), user: ModelWorld.user, at: 0)
    }

    private func foreign(_ id: String, user: String, at time: Int) -> RemediationReport {
        let entry = StatusLogEntry(
            machineID: ModelWorld.machine, targetID: "t1", status: "PENDING",
            actionType: .init(rawValue: setting.action.rawValue))
        return RemediationReport(
            remediationID: id, malopID: "11.27", start: ModelWorld.wall(time), initiatingUser: user, statusLog: [entry])
    }

    /// A protection less: whoever started it, and when, is not looked at.
    private func claimed(_ report: RemediationReport, _ request: LedgerRequest) -> RemediationReport {
        var report = report
        report.initiatingUser = ModelWorld.user
        report.start = max(report.start ?? .earliest, request.intentConsoleTime ?? .earliest)
        return report
    }

    static func name(_ writer: Int) -> String { "w\(writer)" }
}

extension RequestCourse.Step {
    fileprivate var isLook: Bool {
        switch self {
        case .look, .see: true
        default: false
        }
    }
}
