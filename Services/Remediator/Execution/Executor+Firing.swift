import Cybereason
import JSON
import Kafka
import Model
import Pipeline
import Policy
import Runtime

/// The sending: `INTENT`, read back, one POST, its outcome.
extension Executor {
    func fire(_ attempt: Int, _ request: LedgerRequest, under policy: PolicyInForce) async {
        await attemptToSend(attempt, request, policy)
        courses[request.id]?.finish()
        postEnded()
    }

    private func attemptToSend(_ attempt: Int, _ request: LedgerRequest, _ policy: PolicyInForce) async {
        let begun = ContinuousClock.now
        guard await intend(attempt, request, policy.policy) else { return }
        guard courses[request.id]?.mayHandOver(attempt: attempt) == true else { return }
        logger.info("sending to the console", metadata(request).merging([.attempt: .int(attempt)]))
        let sentAt = Timestamp.now()
        let gate = GateWords()
        let outcome = await send(attempt, request, begun, policy, gate)
        metrics.posted(outcome, of: request, at: sentAt, since: begun)
        let isDoubted = ledger.entry(request.id)?.request.isDoubted ?? false
        guard var draft = courses[request.id]?.outcome(outcome, of: attempt, isDoubted: isDoubted, at: .now) else {
            return
        }
        if draft.reason == .gateClosed { draft.detail = gate.last ?? draft.detail }
        await record(draft, request)
    }

    /// Hands the request to the console, through the gate.
    private func send(
        _ attempt: Int, _ request: LedgerRequest, _ begun: ContinuousClock.Instant, _ policy: PolicyInForce,
        _ words: GateWords
    ) async -> ConsoleOutcome {
        let fireBy = begun + rules.fireWithin
        let order: ConsoleOrder
        do throws(NotSent) {
            order = try ConsoleOrder(request.request, initiator: console.user, machines: machines.readings)
        } catch {
            return .unsent(error)
        }
        let gate = gate(attempt, request, fireBy, policy, words)
        // Kafka may have kept the intent for longer than all of it may take.
        guard ContinuousClock.now < fireBy else {
            return .unsent(NotSent(.gateClosed, "the intent was too long on its way", retryAfter: nil))
        }
        guard let limit = rules.killAfter else {
            return await console.send(order, until: fireBy + rules.postTime, gate: gate)
        }
        do {
            return try await DeadMansTimer.run(within: begun + limit - .now) {
                await console.send(order, until: fireBy + rules.postTime, gate: gate)
            }
        } catch {
            return .unsent(NotSent(.gateClosed, error.description, retryAfter: nil))
        }
    }

    /// Writes the `INTENT` and reads it back. True if it is this one that the log allows.
    private func intend(_ attempt: Int, _ request: LedgerRequest, _ policy: ResponsePolicy) async -> Bool {
        var intent = ledger.fact(.intent, of: request.id, attempt: attempt)
        intent.fireWithinMs = Int(rules.fireWithin / .milliseconds(1))
        intent.caps = policy.caps.rates == RateCaps() ? nil : policy.caps.rates
        intent.policy = policy.digest.isEmpty ? nil : policy.digest
        intent.mode = courses[request.id]?.mode(of: request, circumstances(of: request))
        intent.consoleTime = console.clockDifference.map { intent.at + $0 }
        do {
            let judgement = try await ledger.append(intent)
            let standing = ledger.entry(request.id)?.request
            if Self.allows(judgement, standing, attempt, by: ledger.writer) { return true }
            report(FactDraft(.intent, attempt: attempt), judgement, request)
            switch judgement {
            case .void(.alreadyOpen, let other?):
                await write(RequestCourse.conflict(with: other, attempt: attempt), request)
            case .overCap(let excess):
                await record(FactDraft(.notSent, attempt: attempt, excess.reason, excess.words), request)
                courses[request.id]?.foundNoRoom(excess, at: .now)
            default: await pause()
            }
        } catch {
            logger.error(
                "the intent cannot be written", metadata(request).merging([.error: .string(error.description)]))
            await pause()
        }
        return false
    }

    /// Whether the intent that counts is ours. It can be although its place in the log says otherwise: a producer that
    /// was born again may have written the same record twice, and only the first of the two counts.
    static func allows(
        _ judgement: Ledger.Judgement, _ standing: LedgerRequest?, _ attempt: Int, by writer: String
    ) -> Bool {
        judgement == .allowed || standing?.isIntent(of: attempt, by: writer) == true
    }

    /// It is asked on the HTTP client's thread.
    private func gate(
        _ attempt: Int, _ request: LedgerRequest, _ fireBy: ContinuousClock.Instant, _ policy: PolicyInForce,
        _ words: GateWords
    ) -> @Sendable () -> Bool {
        let (ledger, control, present) = (ledger, control, self.policy)
        let gate = FiringGate(
            attempt: attempt, writer: ledger.writer, fireBy: fireBy, notAfter: request.notAfter,
            generation: policy.generation)
        return { [id = request.id] in
            let (wall, signal, generation) = (Timestamp.now(), control(), present().generation)
            let standing = ledger.entry(id)?.request
            let isOpen = gate.isOpen(
                now: .now, wall: wall, control: signal, generation: generation, standing: standing)
            if !isOpen {
                words.take(gate.obstacle(wall: wall, control: signal, generation: generation, standing: standing))
            }
            return isOpen
        }
    }

    /// Writes the outcome, and does not give up: what is not written here has to be found out later.
    private func record(_ draft: FactDraft, _ request: LedgerRequest) async {
        let written = await Written.persistently(
            backoff: Backoff(limit: .seconds(1)), failed: { error, _ in cannotRecord(draft, request, error) },
            { try await append(draft, request) })
        switch written {
        case .done(let judgement):
            guard judgement != .allowed, draft.kind == .submitted else { return }
            logger.error(
                "a remediation of the console belongs to nobody",
                metadata(request).merging([.remediationID: .string(draft.remediationID ?? "")]))
        case .refused(let error): cannotRecord(draft, request, error)
        case .ended(let error): cannotRecord(draft, request, error)
        }
    }

    private func cannotRecord(_ draft: FactDraft, _ request: LedgerRequest, _ error: any Error) {
        logger.error(
            "the outcome of an attempt cannot be written",
            metadata(request).merging(["fact": .string(draft.kind.rawValue), .error: .string("\(error)")]))
    }
}

extension RemediationOrder {
    /// What a request asks for, each action once, in the sender's order within each machine. The console is always told
    /// our own account; who asked stands in the results.
    init(_ request: RemediationRequest, initiator: String) {
        var actions: [Action] = []
        var seen: Set<ActionTarget> = []
        for (machine, asked) in request.actionsByMachine.sorted(by: { $0.key < $1.key }) {
            for action in asked {
                let target = ActionTarget(
                    machineId: machine, targetId: action.targetId, actionType: action.actionType)
                guard seen.insert(target).inserted else { continue }
                actions.append(
                    Action(
                        machineID: machine, targetID: action.targetId, type: .init(rawValue: action.actionType.rawValue)
                    ))
            }
        }
        self.init(malopID: request.malopId, initiator: initiator, actions: actions)
    }
}
