import JSON
import Model
import Testing

/// Caps and denials, reckoned anew from the facts that count, over a log that is shorter than an hour.
struct GuardrailOracle {
    private struct Attempt: Hashable {
        let id: String
        let number: Int
    }

    private var spent: [Attempt: [ActionTarget]] = [:]
    private var denied: Set<String> = []

    /// Checks what the fold has made of a fact.
    mutating func check(_ fact: LedgerFact, _ judgement: Ledger.Judgement, _ before: Ledger, _ place: Comment) {
        let request = before.requests[fact.requestId]
        if let decision = fact.decision, decision.decision == .deny, decision.remediationId == nil, let request,
            request.isWaiting || request.phase == .intent
        {
            // Said again, or of another request's contents, it need not count.
            let isOther = decision.digest.map { $0 != request.digest } ?? false
            let isKnown = judgement == .void(.duplicate)
            #expect(judgement.counts || isOther || isKnown, "a denial is lost: \(place)")
        }
        guard judgement.counts, let request else { return }
        switch fact.fact {
        case .decided where fact.decision?.decision == .deny: denied.insert(fact.requestId)
        case .decided where fact.decision?.decision == .sendAgain: denied.remove(fact.requestId)
        case .intent: intend(fact, judgement, request, place)
        case .notSent where fact.reason != .notThere: spent[Attempt(id: fact.requestId, number: fact.attempt)] = nil
        default: break
        }
    }

    private mutating func intend(
        _ fact: LedgerFact, _ judgement: Ledger.Judgement, _ request: LedgerRequest, _ place: Comment
    ) {
        #expect(!denied.contains(fact.requestId), "what was denied may be sent: \(place)")
        let targets = request.request.targets
        let isWithin = isWithin(fact.caps ?? RateCaps(), targets)
        #expect((judgement == .allowed) == isWithin, "\(judgement), \(spent.values.joined().count) spent: \(place)")
        if judgement == .allowed { spent[Attempt(id: fact.requestId, number: fact.attempt)] = targets }
    }

    private func isWithin(_ caps: RateCaps, _ targets: [ActionTarget]) -> Bool {
        let all = spent.values.joined() + targets
        if let cap = caps.actionsPerHour, all.count > cap { return false }
        guard let cap = caps.actionsPerMachineAndHour else { return true }
        return Set(targets.map(\.machineId)).allSatisfy { machine in all.count { $0.machineId == machine } <= cap }
    }
}
