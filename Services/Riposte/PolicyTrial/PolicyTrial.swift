internal import JSON
internal import Model
internal import Policy

/// What a policy makes of detections. Pure.
struct PolicyTrial {
    /// What would become of one action.
    enum Fate: Equatable {
        case mode(ResponseMode)
        case refused(Reason)

        /// One word for it.
        var word: String {
            switch self {
            case .mode(let mode): mode.rawValue
            case .refused: "refused"
            }
        }
    }

    /// One action that would be asked for.
    struct Ask: Equatable {
        let malop: String
        let target: ActionTarget
        /// What the item and its machine are called, for a person.
        let item: String
        let machine: String
        let rule: String
        let fate: Fate
        /// Which words of the policy have it so.
        let why: String
    }

    /// What two policies are compared by: the malop and what is done for it.
    struct Key: Hashable {
        let malop: String
        let target: ActionTarget
    }

    /// What would be asked for, by what it is, and in the order in which it first would be.
    private(set) var asks: [Key: Ask] = [:]
    private(set) var order: [Key] = []

    /// What the planner asks for, and what the policy lets become of it on machines as the detections tell of them. Of
    /// several revisions of a malop the last that asks for the same counts.
    init(_ policy: ResponsePolicy, on detections: [EnrichedDetection]) {
        let planner = ResponsePlanner(policy: policy, mode: .enforce)
        for enriched in detections {
            for plan in planner.plans(for: enriched, at: enriched.detection.detectedAt) {
                for target in plan.request.targets {
                    add(Self.ask(target, plan.suspect, plan.decision, enriched.detection, policy))
                }
            }
        }
    }

    private mutating func add(_ ask: Ask) {
        let key = Key(malop: ask.malop, target: ask.target)
        if asks.updateValue(ask, forKey: key) == nil { order.append(key) }
    }

    private static func ask(
        _ target: ActionTarget, _ suspect: Suspect, _ decision: PolicyDecision, _ detection: Detection,
        _ policy: ResponsePolicy
    ) -> Ask {
        let machine = detection.machine(of: suspect)
        var asked = AskedResponse(targets: [target], requester: ResponsePlanner.requester, mode: decision.mode)
        asked.names = suspect.name.map { [suspect.guid: $0] } ?? [:]
        let judgement = policy.judge(asked, machines: [suspect.machineGuid: machine])
        let fate = judgement.refusal.map { Fate.refused($0.reason) } ?? .mode(judgement.mode)
        return Ask(
            malop: detection.malopId, target: target,
            item: [suspect.kind.rawValue, suspect.name, "(\(suspect.guid))"].compactMap(\.self).joined(separator: " "),
            machine: machine.name.map { "\($0) (\(suspect.machineGuid))" } ?? suspect.machineGuid, rule: decision.rule,
            fate: fate, why: judgement.refusal.map { "\($0.reason): \($0.words)" } ?? words(judgement, decision))
    }

    /// The request carries the rule's mode, so it is the rule's words that say so.
    private static func words(_ judgement: GuardrailJudgement, _ decision: PolicyDecision) -> String {
        judgement.modeWords.hasPrefix("the request itself")
            ? "rule '\(decision.rule)' has mode \(decision.mode.rawValue)" : judgement.modeWords
    }
}
