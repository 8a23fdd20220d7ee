internal import Model

extension ResponsePolicy {
    /// What is other than in an earlier policy, a few words each; empty if they say the same.
    public func changes(since earlier: ResponsePolicy) -> [String] {
        var changes: [String] = []
        if mode != earlier.mode { changes.append("mode \(earlier.mode.rawValue) is now \(mode.rawValue)") }
        changes += Self.changes("rule", Self.said(rules), Self.said(earlier.rules), by: \.name)
        changes += Self.changes("group", groups, earlier.groups, by: \.name)
        if requesters != earlier.requesters { changes.append("requesters changed") }
        if protectedTargets != earlier.protectedTargets { changes.append("protected changed") }
        if caps != earlier.caps { changes.append("caps changed") }
        changes += Self.changes("key", Self.placeless(keys), Self.placeless(earlier.keys), by: \.id)
        return changes
    }

    /// What follows from other parts of a policy is no change of a rule.
    private static func said(_ rules: [Rule]) -> [Rule] {
        rules.map { rule in
            var rule = rule
            if !rule.saysMode { rule.mode = .observe }
            return rule
        }
    }

    /// Where in its file a key stands makes no other key of it.
    private static func placeless(_ keys: [PolicyKey]) -> [PolicyKey] {
        keys.map { key in
            var key = key
            key.line = nil
            return key
        }
    }

    private static func changes<Part: Equatable>(
        _ what: String, _ now: [Part], _ before: [Part], by name: (Part) -> String
    ) -> [String] {
        let (names, old) = (now.map(name), before.map(name))
        var changes = names.filter { !old.contains($0) }.map { "\(what) '\($0)' added" }
        changes += old.filter { !names.contains($0) }.map { "\(what) '\($0)' removed" }
        for part in now {
            guard let other = before.first(where: { name($0) == name(part) }), other != part else { continue }
            changes.append("\(what) '\(name(part))' changed")
        }
        let (kept, keptBefore) = (names.filter(old.contains), old.filter(names.contains))
        if kept != keptBefore { changes.append("\(what)s in another order") }
        return changes
    }
}
