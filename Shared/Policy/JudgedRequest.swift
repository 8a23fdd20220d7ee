internal import Model
internal import PlatformIDs

/// A request beside the policy that it is judged by.
struct JudgedRequest {
    typealias Finding = GuardrailJudgement.Finding

    let policy: ResponsePolicy
    let asked: AskedResponse
    /// The request's machines, each once whichever way its id is spelled, in the order of the targets.
    let machines: [JudgedMachine]
    /// The first rule for requesters that fits, with its place in the policy.
    let requesterRule: (rule: RequesterRule, key: String)?
    /// The key that the request was signed with; nil if it was not, or if the policy does not know it.
    let key: PolicyKey?

    init(_ asked: AskedResponse, _ facts: [String: MachineFacts], under policy: ResponsePolicy) {
        self.policy = policy
        self.asked = asked
        machines = Self.machines(asked.targets, facts, policy.groups)
        requesterRule = policy.requesters.enumerated().first { $0.element.fits(asked) }
            .map { ($0.element, "requesters[\($0.offset)]") }
        key = policy.keys.first { $0.id == asked.keyID }
    }

    /// The first thing that is against it, what is worst first.
    var refusal: Finding? {
        keyRefusal ?? protectedMachine ?? elsewhere ?? protectedTarget ?? requesterRefusal ?? keyLimit ?? groupActions
            ?? size
    }

    private static func machines(
        _ targets: [ActionTarget], _ facts: [String: MachineFacts], _ groups: [MachineGroup]
    ) -> [JudgedMachine] {
        let known = Dictionary(
            facts.map { (PlatformID.Key($0.key), $0.value) },
            // Told of twice, once in each spelling: what they differ in is not known.
            uniquingKeysWith: { $0.common(with: $1) })
        var order: [PlatformID.Key] = []
        var byMachine: [PlatformID.Key: [ActionTarget]] = [:]
        var seen: Set<ActionTarget> = []
        for target in targets where seen.insert(target).inserted {
            let key = PlatformID.Key(target.machineId)
            if byMachine[key] == nil { order.append(key) }
            byMachine[key, default: []].append(target)
        }
        return order.map { JudgedMachine(targets: byMachine[$0] ?? [], facts: known[$0], groups) }
    }
}

/// What is known that both agree in.
extension MachineFacts {
    fileprivate func common(with other: MachineFacts) -> MachineFacts {
        MachineFacts(
            guid: guid, name: name == other.name ? name : nil, os: os == other.os ? os : nil,
            labels: labels == other.labels ? labels : nil)
    }
}

extension RequesterRule {
    /// Whether the rule is about whoever asks. Who gives no name fits no pattern, not even `*`.
    fileprivate func fits(_ asked: AskedResponse) -> Bool {
        if let keys, !keys.contains(where: { $0 == asked.keyID }) { return false }
        guard let names else { return true }
        guard let requester = asked.requester, !requester.isEmpty else { return false }
        return names.contains { $0.fits(requester) }
    }
}
