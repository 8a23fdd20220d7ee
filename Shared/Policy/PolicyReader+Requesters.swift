internal import Model

/// What holds for requesters, and the keys that they sign with.
extension PolicyReader {
    mutating func readRequesters(_ node: YAMLNode) {
        var catchAll: Int?
        for (index, node) in (list(node, "requesters", of: "rules for requesters") ?? []).enumerated() {
            let key = "requesters[\(index)]"
            let keys = ["match", "mode", "actions", "groups", "mayApproveOwn"]
            guard checkKeys(of: node, key, allowed: keys) else { continue }
            if let catchAll {
                note(node.line, key, "never reached: the entry on line \(catchAll) fits every requester")
            }
            let rule = requester(node, key)
            if rule.names == nil, rule.keys == nil { catchAll = catchAll ?? node.line }
            policy.requesters.append(rule)
        }
    }

    private mutating func requester(_ node: YAMLNode, _ key: String) -> RequesterRule {
        var rule = RequesterRule()
        if let match = node["match"], checkKeys(of: match, "\(key).match", allowed: ["name", "key"]) {
            if match.entries?.isEmpty == true {
                note(match.line, "\(key).match", "at least one of name, key; without match it is every requester")
            }
            rule.names = patterns(match["name"], "\(key).match.name")
            rule.keys = match["key"].map { references($0, "\(key).match.key", "key", keyIDs) }
        }
        rule.mode = mode(node["mode"], "\(key).mode")
        rule.actions = actions(node["actions"], "\(key).actions")
        rule.groups = groups(node["groups"], "\(key).groups")
        rule.mayApproveOwn = flag(node["mayApproveOwn"], "\(key).mayApproveOwn")
        return rule
    }
}

extension PolicyReader {
    private enum Use: String, CaseIterable {
        case requests, decisions
    }

    mutating func readKeys(_ node: YAMLNode) {
        var ids = UniqueNames()
        for (index, node) in (list(node, "keys", of: "keys") ?? []).enumerated() {
            let key = "keys[\(index)]"
            let keys = ["id", "algorithm", "file", "uses", "actions", "groups", "mode"]
            guard checkKeys(of: node, key, allowed: keys) else { continue }
            let known = problemCount
            guard let signing = signingKey(node, key) else { continue }
            if known == problemCount { readableKeys.append((key, signing)) }
            if let first = ids.line(ofFirst: signing.id, at: node.line), !signing.id.isEmpty {
                note(node["id"]?.line ?? node.line, "\(key).id", "the key on line \(first) has this id")
            }
            keyIDs.insert(signing.id)
            policy.keys.append(signing)
        }
        keyIDs.remove("")
    }

    private mutating func signingKey(_ node: YAMLNode, _ key: String) -> PolicyKey? {
        var signing = PolicyKey(id: keyID(node, key), algorithm: .ed25519, file: "", mayRequest: false)
        let algorithms = Self.names(of: PolicyKey.Algorithm.self)
        if let node = required(node, "algorithm", key, "one of \(algorithms)") {
            if let algorithm = node.text.flatMap(PolicyKey.Algorithm.init(rawValue:)) {
                signing.algorithm = algorithm
            } else {
                note(
                    node.line, "\(key).algorithm", "\(Self.quoted(node)) is not an algorithm; allowed are \(algorithms)"
                )
            }
        }
        if let node = required(node, "file", key, "the key's file, from the policy's folder if it is not absolute") {
            signing.file = path(node, "\(key).file")
            signing.line = node.line
        }
        if let node = required(node, "uses", key, "at least one of \(Self.names(of: Use.self))") {
            let uses = choices(node, "\(key).uses", "a use of a key", of: Use.self)
            signing.mayRequest = uses.contains(.requests)
            signing.mayDecide = uses.contains(.decisions)
        }
        signing.actions = actions(node["actions"], "\(key).actions")
        signing.groups = groups(node["groups"], "\(key).groups")
        signing.mode = mode(node["mode"], "\(key).mode")
        return signing
    }

    /// It goes through records' headers and command lines.
    private mutating func keyID(_ node: YAMLNode, _ key: String) -> String {
        guard let node = required(node, "id", key, "the id that records name the key by") else { return "" }
        let isPlain = (node.text ?? "").utf8.allSatisfy { (0x21...0x7E).contains($0) }
        if let text = node.text, isPlain, (1...100).contains(text.count) { return text }
        note(node.line, "\(key).id", "1 to 100 letters, digits and signs, without spaces")
        return ""
    }

    private mutating func path(_ node: YAMLNode, _ key: String) -> String {
        guard let text = node.text, !text.isEmpty, !text.utf8.contains(0) else {
            note(node.line, key, "\(Self.quoted(node)) is not a path")
            return ""
        }
        guard !text.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return text }
        return file[...slash] + text
    }
}
