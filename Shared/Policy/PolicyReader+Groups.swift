internal import Model
internal import PlatformIDs

/// Groups of machines, and what is protected.
extension PolicyReader {
    mutating func readGroups(_ node: YAMLNode) {
        var names = UniqueNames()
        for (index, node) in (list(node, "groups", of: "machine groups") ?? []).enumerated() {
            let key = "groups[\(index)]"
            guard checkKeys(of: node, key, allowed: ["name", "match", "mode", "actions", "protected"]) else { continue }
            let name = name(node, key, "the group's name, up to 100 characters") ?? ""
            if let first = names.line(ofFirst: name, at: node.line), !name.isEmpty {
                note(node["name"]?.line ?? node.line, "\(key).name", "the group on line \(first) has this name")
            }
            groupNames.insert(name)
            policy.groups.append(group(name, node, key))
        }
        groupNames.remove("")
    }

    private mutating func group(_ name: String, _ node: YAMLNode, _ key: String) -> MachineGroup {
        var group = MachineGroup(name: name, match: MachineMatch())
        if let match = required(node, "match", key, "at least one of id, name, os, label, a list each") {
            group.match = self.match(match, "\(key).match")
        }
        group.mode = mode(node["mode"], "\(key).mode")
        group.actions = actions(node["actions"], "\(key).actions")
        group.isProtected = flag(node["protected"], "\(key).protected")
        return group
    }

    private mutating func match(_ node: YAMLNode, _ key: String) -> MachineMatch {
        guard checkKeys(of: node, key, allowed: ["id", "name", "os", "label"]) else { return MachineMatch() }
        if node.entries?.isEmpty == true { note(node.line, key, "at least one of id, name, os, label") }
        var match = MachineMatch()
        match.ids = node["id"].map { ids($0, "\(key).id") }
        match.names = patterns(node["name"], "\(key).name")
        match.os = node["os"].map { systems($0, "\(key).os") }
        match.labels = patterns(node["label"], "\(key).label")
        return match
    }

    /// The console's words. A group of any other would have no machine, and what it protects would not be.
    private static let systems = ["WINDOWS", "LINUX", "OSX"]

    private mutating func systems(_ node: YAMLNode, _ key: String) -> Set<String> {
        let words = texts(node, key, "operating systems")
        for word in words where !Self.systems.contains(word.uppercased()) {
            let allowed = Self.systems.joined(separator: ", ")
            note(node.line, key, "'\(word.prefix(80))' is no operating system of the console; allowed are \(allowed)")
        }
        return Set(words)
    }

    mutating func readProtected(_ node: YAMLNode) {
        guard checkKeys(of: node, "protected", allowed: ["targets", "names"]) else { return }
        if let targets = node["targets"] { policy.protectedTargets.ids = ids(targets, "protected.targets") }
        policy.protectedTargets.names = patterns(node["names"], "protected.names") ?? []
    }

    /// The console's ids, each once whichever way it is spelled. What is no such id would protect nothing.
    private mutating func ids(_ node: YAMLNode, _ key: String) -> Set<String> {
        var keys: Set<PlatformID.Key> = []
        let ids = texts(node, key, "ids")
        for id in ids {
            let platform = PlatformID.Key(id)
            if case .text = platform {
                note(
                    node.line, key,
                    "'\(id.prefix(80))' is no id of the console; they look like 214.4712067068585916413 or "
                        + "AAAA1kFkoAiE4Tf9")
            } else if !keys.insert(platform).inserted {
                note(node.line, key, "'\(id)' is given twice, in its two spellings")
            }
        }
        return Set(ids)
    }
}
