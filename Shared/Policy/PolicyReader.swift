internal import Model

/// Reads a policy out of a YAML tree and collects every mistake on the way.
struct PolicyReader {
    private let file: String
    private var problems: [PolicyProblem] = []

    init(file: String) {
        self.file = file
    }

    mutating func read(_ document: YAMLDocument) throws(PolicyError) -> ResponsePolicy {
        for problem in document.problems { note(problem.line, problem.path, problem.message) }
        var policy = ResponsePolicy(rules: [])
        if let root = document.root {
            policy = self.policy(root)
        } else if problems.isEmpty {
            note(1, "rules", "missing; a list of rules")
        }
        guard problems.isEmpty else { throw PolicyError(problems: sortedProblems) }
        return policy
    }

    private var sortedProblems: [PolicyProblem] {
        problems.enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
            .map(\.element)
    }

    mutating func note(_ line: Int, _ key: String, _ message: String) {
        problems.append(PolicyProblem(file: file, line: line, key: key, message: message))
    }

    private mutating func policy(_ root: YAMLNode) -> ResponsePolicy {
        guard checkKeys(of: root, "", allowed: ["mode", "rules"]) else { return ResponsePolicy(rules: []) }
        var policy = ResponsePolicy(mode: mode(root["mode"], "mode") ?? .observe, rules: [])
        guard let rules = root["rules"] else {
            note(root.line, "rules", "missing; a list of rules")
            return policy
        }
        var names: [String: Int] = [:]
        for (index, node) in (list(rules, "rules", of: "rules") ?? []).enumerated() {
            guard let rule = rule(node, "rules[\(index)]", mode: policy.mode) else { continue }
            if let first = names[rule.name] {
                note(node["name"]?.line ?? node.line, "rules[\(index)].name", "the rule on line \(first) has this name")
            }
            names[rule.name] = names[rule.name] ?? node.line
            policy.rules.append(rule)
        }
        return policy
    }

    private mutating func rule(_ node: YAMLNode, _ key: String, mode: ResponseMode) -> ResponsePolicy.Rule? {
        guard checkKeys(of: node, key, allowed: ["name", "when", "actions", "mode"]) else { return nil }
        var rule = ResponsePolicy.Rule(name: "", verdicts: [], actions: [], mode: mode)
        rule.name = name(node, key)
        rule.mode = self.mode(node["mode"], "\(key).mode") ?? mode
        if let actions = required(node, "actions", key, "a list of \(Self.actionNames), or [] to leave the item alone")
        {
            rule.actions = self.actions(actions, "\(key).actions")
        }
        if let when = required(node, "when", key, "verdict, and where wanted decisionStatus and itemKind") {
            conditions(when, "\(key).when", &rule)
        }
        return rule
    }

    private mutating func conditions(_ when: YAMLNode, _ key: String, _ rule: inout ResponsePolicy.Rule) {
        guard checkKeys(of: when, key, allowed: ["verdict", "decisionStatus", "itemKind"]) else { return }
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
}

/// Values.
extension PolicyReader {
    private static let actionNames = ActionType.automatic.map(\.rawValue).joined(separator: ", ")

    private mutating func name(_ node: YAMLNode, _ key: String) -> String {
        guard let node = required(node, "name", key, "the rule's name, up to 100 characters") else { return "" }
        guard let name = node.text, !name.isEmpty, name.count <= 100, !name.contains(where: \.isNewline) else {
            note(node.line, "\(key).name", "a line of 1 to 100 characters")
            return ""
        }
        return name
    }

    private mutating func mode(_ node: YAMLNode?, _ key: String) -> ResponseMode? {
        guard let node else { return nil }
        if let mode = node.text.flatMap(ResponseMode.init(rawValue:)) { return mode }
        let allowed = "allowed are \(ResponseMode.allCases.map(\.rawValue).joined(separator: ", "))"
        if node.text == "approve" {
            note(node.line, key, "'approve' is not available yet; \(allowed)")
        } else {
            note(node.line, key, "\(Self.quoted(node)) is not a mode; \(allowed)")
        }
        return nil
    }

    private mutating func actions(_ node: YAMLNode, _ key: String) -> [ActionType] {
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

    private mutating func choices<T: RawRepresentable<String> & CaseIterable>(
        _ node: YAMLNode, _ key: String, _ what: String, of type: T.Type
    ) -> [T] {
        words(node, key, "words", mayBeEmpty: false).compactMap { word in
            if let choice = T(rawValue: word.text) { return choice }
            note(word.line, key, "'\(word.text)' is not \(what); allowed are \(Self.names(of: type))")
            return nil
        }
    }

    private mutating func words(
        _ node: YAMLNode, _ key: String, _ what: String, mayBeEmpty: Bool
    ) -> [(text: String, line: Int)] {
        guard let items = list(node, key, of: what) else { return [] }
        if items.isEmpty, !mayBeEmpty { note(node.line, key, "at least one, or leave the key out where it may be") }
        var words: [(text: String, line: Int)] = []
        for item in items {
            guard let text = item.text else {
                note(item.line, key, "\(Self.quoted(item)) is not a word")
                continue
            }
            if words.contains(where: { $0.text == text }) { note(item.line, key, "'\(text)' is given twice") }
            words.append((text, item.line))
        }
        return words
    }

    private mutating func list(_ node: YAMLNode, _ key: String, of what: String) -> [YAMLNode]? {
        if let items = node.items { return items }
        note(node.line, key, "\(Self.quoted(node)) is not a list of \(what)")
        return nil
    }

    private mutating func required(_ node: YAMLNode, _ name: String, _ key: String, _ what: String) -> YAMLNode? {
        if let value = node[name] { return value }
        note(node.line, "\(key).\(name)", "missing; \(what)")
        return nil
    }

    /// False if the node is no mapping at all.
    private mutating func checkKeys(of node: YAMLNode, _ key: String, allowed: [String]) -> Bool {
        let names = allowed.joined(separator: ", ")
        guard let entries = node.entries else {
            note(node.line, key, "\(Self.quoted(node)) is not a mapping with the keys \(names)")
            return false
        }
        for entry in entries where !allowed.contains(entry.key) {
            note(entry.line, key.isEmpty ? entry.key : "\(key).\(entry.key)", "unknown key; allowed are \(names)")
        }
        return true
    }

    private static func names<T: RawRepresentable<String> & CaseIterable>(of type: T.Type) -> String {
        type.allCases.map(\.rawValue).joined(separator: ", ")
    }

    private static func quoted(_ node: YAMLNode) -> String {
        switch node.content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let text, _): node.isNull ? "nothing" : "'\(text.prefix(80))'"
        }
    }
}
