internal import Model

/// Reads a policy out of a YAML tree and collects every mistake on the way.
struct PolicyReader {
    let file: String
    private var problems: [PolicyProblem] = []
    /// What has been read so far; what comes later may speak of it.
    var policy = ResponsePolicy(rules: [])
    /// The names of all groups, also of those with mistakes.
    var groupNames: Set<String> = []
    /// The keys whose files can be read, each with its place, whatever else is wrong.
    var readableKeys: [(place: String, key: PolicyKey)] = []
    /// The ids of all keys, also of those with mistakes.
    var keyIDs: Set<String> = []
    /// Where the modes have mistakes, nothing is said about how they go together.
    var modesAreRight = true

    init(file: String) {
        self.file = file
    }

    mutating func read(_ document: YAMLDocument) throws(PolicyError) -> ResponsePolicy {
        for problem in document.problems { note(problem.line, problem.path, problem.message) }
        if let root = document.root {
            read(root)
        } else if problems.isEmpty {
            note(1, "rules", "missing; a list of rules")
        }
        guard problems.isEmpty else { throw PolicyError(problems: Self.sorted(problems)) }
        return policy
    }

    /// By line.
    static func sorted(_ problems: [PolicyProblem]) -> [PolicyProblem] {
        problems.enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
            .map(\.element)
    }

    /// How many mistakes were found so far.
    var problemCount: Int { problems.count }

    mutating func note(_ line: Int, _ key: String, _ message: String) {
        problems.append(PolicyProblem(file: file, line: line, key: key, message: message))
    }

    private mutating func read(_ root: YAMLNode) {
        let keys = ["mode", "rules", "groups", "requesters", "protected", "caps", "keys"]
        guard checkKeys(of: root, "", allowed: keys) else { return }
        policy.mode = mode(root["mode"], "mode") ?? .observe
        if let node = root["groups"] { readGroups(node) }
        if let node = root["keys"] { readKeys(node) }
        if let node = root["requesters"] { readRequesters(node) }
        if let node = root["protected"] { readProtected(node) }
        if let node = root["caps"] { readCaps(node) }
        if let rules = root["rules"] {
            readRules(rules)
        } else {
            note(root.line, "rules", "missing; a list of rules")
        }
    }
}
