internal import Model

/// The rules: what is done about which item.
extension PolicyReader {
    private static let actionNames = ActionType.automatic.map(\.rawValue).joined(separator: ", ")

    mutating func readRules(_ node: YAMLNode) {
        var names = UniqueNames()
        for (index, node) in (list(node, "rules", of: "rules") ?? []).enumerated() {
            let key = "rules[\(index)]"
            guard let rule = rule(node, key) else { continue }
            if let first = names.line(ofFirst: rule.name, at: node.line), !rule.name.isEmpty {
                note(node["name"]?.line ?? node.line, "\(key).name", "the rule on line \(first) has this name")
            }
            policy.rules.append(rule)
        }
    }

    private mutating func rule(_ node: YAMLNode, _ key: String) -> ResponsePolicy.Rule? {
        guard checkKeys(of: node, key, allowed: ["name", "when", "actions", "mode"]) else { return nil }
        var rule = ResponsePolicy.Rule(name: "", verdicts: [], actions: [], mode: .observe)
        rule.name = name(node, key, "the rule's name, up to 100 characters") ?? ""
        if let actions = required(node, "actions", key, "a list of \(Self.actionNames), or [] to leave the item alone")
        {
            rule.actions = ruleActions(actions, "\(key).actions")
        }
        if let when = required(node, "when", key, "verdict, and where wanted decisionStatus, itemKind and machineGroup")
        {
            conditions(when, "\(key).when", &rule)
        }
        rule.mode = mode(of: rule, node["mode"], "\(key).mode")
        rule.saysMode = node["mode"] != nil
        return rule
    }

    /// A rule's mode can only take back: one that nothing lets it have would promise what never happens.
    private mutating func mode(of rule: ResponsePolicy.Rule, _ node: YAMLNode?, _ key: String) -> ResponseMode {
        let most = policy.mostFreedom(in: rule.machineGroups)
        guard let node, let mode = mode(node, key) else { return most }
        if mode > most, modesAreRight {
            let wanted = "the policy's mode and every group's allow no more than \(most.rawValue) here"
            note(node.line, key, "'\(mode.rawValue)' is more than can be: \(wanted)")
        }
        return mode
    }

    private mutating func conditions(_ when: YAMLNode, _ key: String, _ rule: inout ResponsePolicy.Rule) {
        let keys = ["verdict", "decisionStatus", "itemKind", "machineGroup"]
        guard checkKeys(of: when, key, allowed: keys) else { return }
        let verdicts = "at least one of \(Self.names(of: Verdict.self))"
        if let node = required(when, "verdict", key, verdicts) {
            rule.verdicts = Set(choices(node, "\(key).verdict", "a verdict", of: Verdict.self))
        }
        if let node = when["decisionStatus"] {
            rule.decisionStatuses = decisionStatuses(node, "\(key).decisionStatus")
        }
        if let node = when["itemKind"] {
            let kinds = choices(node, "\(key).itemKind", "an item kind", of: ItemKind.self)
            rule.itemKinds = Set(kinds)
            checkFit(kinds, rule.actions, node.line, key)
        }
        rule.machineGroups = groups(when["machineGroup"], "\(key).machineGroup")
    }

    /// Every action needs a kind that it fits, every kind an action.
    private mutating func checkFit(_ kinds: [ItemKind], _ actions: [ActionType], _ line: Int, _ key: String) {
        guard !kinds.isEmpty, !actions.isEmpty else { return }
        for action in actions where !kinds.contains(where: action.fits) {
            let fitting = ItemKind.allCases.filter(action.fits).map(\.rawValue).joined(separator: ", ")
            note(line, "\(key).itemKind", "\(action) needs \(fitting)")
        }
        for kind in kinds where !actions.contains(where: { $0.fits(kind) }) {
            let fitting = ActionType.automatic.filter { $0.fits(kind) }.map(\.rawValue).joined(separator: ", ")
            note(
                line, "\(key).itemKind", "none of the rule's actions is for a \(kind.rawValue); allowed are \(fitting)")
        }
    }

    private mutating func ruleActions(_ node: YAMLNode, _ key: String) -> [ActionType] {
        words(node, key, "actions", mayBeEmpty: true).compactMap { word in
            let action = ActionType(rawValue: word.text)
            if ActionType.automatic.contains(action) { return action }
            note(word.line, key, "'\(word.text)' is not an action for a rule; allowed are \(Self.actionNames)")
            return nil
        }
    }

    /// The console owns this vocabulary, and its list is not public: only the form is checked.
    private mutating func decisionStatuses(_ node: YAMLNode, _ key: String) -> Set<String> {
        let words = words(node, key, "decision statuses", mayBeEmpty: false)
        for word in words {
            let isCode = word.text.utf8.allSatisfy { byte in
                byte &- 0x41 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_")
            }
            if !isCode {
                note(
                    word.line, key,
                    "'\(word.text)' is not a decision status; allowed are words like DDS_FAILED_TO_PREVENT")
            }
        }
        return Set(words.map(\.text))
    }
}

extension ResponsePolicy {
    /// How far a request may go at most that is for a machine of one of these groups; nil: for any machine.
    func mostFreedom(in names: Set<String>?) -> ResponseMode {
        let anywhere = ([mode] + groups.compactMap(\.mode)).max() ?? mode
        guard let names else { return anywhere }
        // A machine of a group without a mode may be in another one.
        return groups.filter { names.contains($0.name) }.map { $0.mode ?? anywhere }.max() ?? anywhere
    }
}
