internal import Model
internal import PlatformIDs

/// What a request can be refused for.
extension JudgedRequest {
    /// A key that the policy does not know, or not for requests.
    var keyRefusal: Finding? {
        guard let id = asked.keyID else { return nil }
        guard let key else {
            // Another instance may have the newer policy already.
            return Finding(
                .keyUnknown, "the request is signed with key '\(id)', which the policy does not know", isKnown: false)
        }
        if key.mayRequest { return nil }
        return Finding(.requesterNotAllowed, "key '\(id)' is not for requests (its uses in the policy)")
    }

    /// A machine that is protected, may be, or is not known.
    var protectedMachine: Finding? {
        for machine in machines {
            if machine.facts == nil {
                return Finding(
                    .protectedMachine, "\(machine.words) is not known to the console, so it counts as protected")
            }
            if let membership = machine.strictest(where: \.isProtected) {
                return Finding(
                    .protectedMachine, machine.words(of: membership, "which the policy protects"),
                    isKnown: membership.isSure)
            }
        }
        return nil
    }

    /// A target that is protected by its id or its name, or whose name has to be known and is not.
    var protectedTarget: Finding? {
        let ids = policy.protectedTargets.keys
        let names = Dictionary(
            asked.names.map { (PlatformID.Key($0.key), [$0.value]) }, uniquingKeysWith: { $0 + $1 })
        for machine in machines {
            for target in machine.targets {
                let key = PlatformID.Key(target.targetId)
                if ids.contains(key) {
                    return Finding(.protectedTarget, "\(target) is refused: the policy protects this target by its id")
                }
                if let finding = nameFinding(target, names[key] ?? []) { return finding }
            }
        }
        return nil
    }

    /// A target that is on another machine than the request names: what holds for the one says nothing of the other. Where
    /// the console does not tell a target's machine, it is judged as named.
    var elsewhere: Finding? {
        guard !asked.targetMachines.isEmpty else { return nil }
        let told = asked.targetMachines.map { (target: PlatformID.Key($0.key), machine: $0.value) }
        for machine in machines {
            for target in machine.targets {
                let key = PlatformID.Key(target.targetId)
                let named = PlatformID.Key(target.machineId)
                let other = told.first { $0.target == key && PlatformID.Key($0.machine) != named }
                guard let other else { continue }
                return Finding(
                    .targetElsewhere, "\(target) is refused: the console says that it is on machine \(other.machine)")
            }
        }
        return nil
    }

    /// Why a target is protected by name, or may be; nil if it is not.
    private func nameFinding(_ target: ActionTarget, _ names: [String]) -> Finding? {
        let patterns = policy.protectedTargets.names
        guard !patterns.isEmpty, target.actionType.isAimedAtName else { return nil }
        let names = names.filter { !$0.isEmpty }
        for name in names {
            if let pattern = patterns.first(where: { $0.fits(name) }) {
                return Finding(
                    .protectedTarget,
                    "\(target) is refused: its name '\(name)' fits '\(pattern)', which the policy protects")
            }
        }
        guard names.isEmpty else { return nil }
        return Finding(
            .protectedTarget,
            "\(target) is not sent: the policy protects names, and the console does not tell this one's",
            isKnown: false)
    }

    /// What the rule for the requester does not let it ask for.
    var requesterRefusal: Finding? {
        guard let (rule, key) = requesterRule else { return nil }
        let who = asked.requester.map { "requester '\($0)'" } ?? "a requester without a name"
        return limit(rule.actions, rule.groups, "\(who) (\(key))")
    }

    /// What the request's key may not be used for.
    var keyLimit: Finding? {
        key.flatMap { limit($0.actions, $0.groups, "key '\($0.id)'") }
    }

    func limit(_ actions: Set<ActionType>?, _ groups: Set<String>?, _ who: String) -> Finding? {
        for machine in machines {
            if let actions, let target = machine.targets.first(where: { !actions.contains($0.actionType) }) {
                return Finding(
                    .requesterNotAllowed, "\(who) may ask for \(Self.words(of: actions)), not for \(target)")
            }
            if let groups, !machine.isSurely(in: groups) {
                let names = groups.isEmpty ? "no group" : groups.sorted().joined(separator: ", ")
                return Finding(
                    .requesterNotAllowed,
                    "\(who) may ask for machines of \(names), and \(machine.words) is not surely one of them",
                    isKnown: !machine.memberships.contains { groups.contains($0.group.name) })
            }
        }
        return nil
    }

    /// What is not done on a machine's group.
    var groupActions: Finding? {
        for machine in machines {
            for membership in machine.memberships {
                guard let actions = membership.group.actions,
                    let target = machine.targets.first(where: { !actions.contains($0.actionType) })
                else { continue }
                let what = "\(target.actionType) (of \(target.targetId))"
                let words = "where the policy allows \(Self.words(of: actions)), not \(what)"
                return Finding(
                    .actionNotAllowed, machine.words(of: membership, words), isKnown: membership.isSure)
            }
        }
        return nil
    }

    /// Too much at once.
    var size: Finding? {
        let count = machines.reduce(0) { $0 + $1.targets.count }
        if let cap = policy.caps.actionsPerRequest, count > cap {
            return Finding(.tooManyActions, "the request has \(count) actions; caps.actionsPerRequest is \(cap)")
        }
        guard let cap = policy.caps.actionsPerMachine,
            let machine = machines.first(where: { $0.targets.count > cap })
        else { return nil }
        return Finding(
            .tooManyActionsOnMachine,
            "the request has \(machine.targets.count) actions on \(machine.words); caps.actionsPerMachine is \(cap)")
    }

    private static func words(of actions: Set<ActionType>) -> String {
        actions.isEmpty ? "nothing" : actions.map(\.rawValue).sorted().joined(separator: ", ")
    }
}
