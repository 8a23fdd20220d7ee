import JSON
import Model

@testable import Remediator

/// What people decide, and what others send.
extension ExecutorModel {
    func decide(_ verb: DecisionVerb, _ world: inout ModelWorld) {
        switch verb {
        case .deny: world.denials -= 1
        case .approve: world.approvals -= 1
        default: world.decisions -= 1
        }
        var fact = LedgerFact(.decided, of: ModelWorld.id, writer: "intake", at: ModelWorld.start)
        var decision = RemediationDecision()
        decision.requestId = ModelWorld.id
        decision.decision = verb
        decision.decidedBy = "ann"
        decision.decidedAt = ModelWorld.start
        if verb == .approve { decision.digest = truth(world).digest }
        if verb == .sendAgain {
            (decision.digest, decision.attempt) = (truth(world).digest, truth(world).attempt)
        }
        if verb == .adopt {
            decision.remediationId = world.posts.firstIndex(where: \.wasCarriedOut).map(Self.remediation)
        }
        fact.decision = decision
        let name = LogTree.Name(
            kind: .decided, writer: ModelWorld.person, attempt: decision.attempt ?? 0, reason: nil,
            remediation: decision.remediationId, state: nil, verb: verb)
        world.flights.append(.init(fact: tree.number(of: fact, name), writer: ModelWorld.person))
    }

    // MARK: - Others

    /// Another request is known, which asks for as much as the cap has room for.
    func acceptOthers(_ log: Int) -> Int {
        var request = RemediationRequest()
        request.actionsByMachine = [
            "m2": (0..<ModelSetting.room).map { RemediationAction(targetId: "x\($0)", actionType: .killProcess) }
        ]
        var fact = other(.accepted)
        fact.request = request
        return tree.appending(number(of: fact), to: log, request: ModelWorld.id)
    }

    /// A fact of the other request comes to the log.
    func others(_ kind: FactKind, _ world: inout ModelWorld) {
        world.others += 1
        var fact = other(kind)
        if kind == .intent { fact.caps = setting.caps }
        world.log = tree.appending(number(of: fact), to: world.log, request: ModelWorld.id)
    }

    private func other(_ kind: FactKind) -> LedgerFact {
        LedgerFact(
            kind, of: ModelWorld.otherID, attempt: kind == .accepted ? 0 : 1, writer: "other", at: ModelWorld.start)
    }

    private func number(of fact: LedgerFact) -> Int {
        tree.number(
            of: fact,
            LogTree.Name(
                kind: fact.fact, writer: ModelWorld.stranger, attempt: fact.attempt, reason: nil, remediation: nil,
                state: nil, verb: nil))
    }
}
