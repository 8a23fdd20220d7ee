import Model

@testable import Remediator

/// What must hold of caps, denials and approvals, told from the log and from what was sent.
extension ExecutorModel {
    /// What is wrong in a world that another has come to be; nil if nothing.
    func unguarded(_ world: ModelWorld, after before: ModelWorld) -> String? {
        if let words = lostDenial(world, before) ?? overspent(world) { return words }
        return world.posts.count > before.posts.count ? unguardedPost(world) : nil
    }

    /// A denial counts until the console has the request, or a person is to find out whether it has.
    private func lostDenial(_ world: ModelWorld, _ before: ModelWorld) -> String? {
        let node = tree.nodes[world.log]
        guard world.log != before.log, node.parent >= 0, tree.last(of: world.log)?.decision?.decision == .deny,
            !node.judgement.counts, node.judgement != .void(.duplicate)
        else { return nil }
        let phase = tree.nodes[node.parent].request.phase
        return [.submitted, .parked, .ended].contains(phase) ? nil : "a denial is lost while it is \(phase)"
    }

    /// Whatever the log says: not more is done than there is room for.
    private func overspent(_ world: ModelWorld) -> String? {
        guard setting.hasOthers, let other = tree.nodes[world.log].ledger.requests[ModelWorld.otherID] else {
            return nil
        }
        let others = other.phase == .intent && other.excess == nil ? ModelSetting.room : 0
        let own = world.posts.count(where: \.wasCarriedOut)
        return others == 0 || own + others <= ModelSetting.room ? nil : "\(own + others) are done under the cap"
    }

    /// The last request was sent by right: its `INTENT` is within the caps where it stands; nothing that its sender had
    /// read at the gate denies it, but for a later order to send it again; and where a person has to approve it, somebody
    /// had before the `INTENT`.
    private func unguardedPost(_ world: ModelWorld) -> String? {
        let post = world.posts.count - 1
        guard
            let sender = world.instances.first(where: {
                if case .posting(_, post) = $0.activity { true } else { false }
            }), let read = sender.read
        else { return "nobody has sent it" }
        var (isIntended, isApproved, isSentAgain) = (false, false, false)
        for log in tree.history(of: read) {
            let judgement = tree.nodes[log].judgement
            guard judgement.counts, let fact = tree.last(of: log), fact.requestId == ModelWorld.id else { continue }
            switch fact.decision?.decision {
            case .deny where !isSentAgain: return "it is sent although it was denied"
            case .sendAgain: isSentAgain = true
            case .approve where isIntended: isApproved = true
            default: break
            }
            guard fact.fact == .intent, fact.attempt == world.posts[post].attempt else { continue }
            if case .overCap = judgement { return "it is sent over a cap" }
            isIntended = true
        }
        return setting.needsApproval && !isApproved ? "it is sent without approval" : nil
    }
}
