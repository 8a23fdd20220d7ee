internal import JSON
internal import Model

/// One accepted `POST /rest/remediate` or isolation command: what the simulator's journal has, and what a play expects of it.
struct Post: Hashable, Sendable, CustomStringConvertible {
    /// The journal's word for what was posted; `remediate` for a remediation.
    var kind = "remediate"
    let malopId: String?
    let actions: [ActionTarget]

    init(kind: String = "remediate", malopId: String?, actions: [ActionTarget]) {
        self.kind = kind
        self.malopId = malopId
        self.actions = actions.sorted()
    }

    /// What the console is asked for by a request: a remediation, or the command that isolation has.
    init(_ request: RemediationRequest) {
        let targets = request.targets
        guard let command = targets.first?.actionType, command.isIsolation else {
            self.init(malopId: request.malopId, actions: targets)
            return
        }
        // The command names machines and no targets.
        let machines = targets.map { ActionTarget(machineId: $0.machineId, targetId: "", actionType: command) }
        self.init(
            kind: command == .isolateMachine ? "isolate" : "un-isolate", malopId: request.malopId, actions: machines)
    }

    var description: String {
        let words = actions.map(\.description).joined(separator: ", ")
        return "\(kind)\(malopId.map { " for malop \($0)" } ?? ""): \(words.isEmpty ? "nothing" : words)"
    }

    /// The posts that a journal has, oldest first.
    static func journal(_ bytes: [UInt8]) throws(JSONError) -> [Post] {
        try withJSON(bytes) { (root) throws(JSONError) in
            try root.object().array("entries") { (entry) throws(JSONError) in
                Post(
                    kind: entry["kind"]?.asString ?? "remediate", malopId: entry["malopId"]?.asString,
                    actions: (entry["actions"]?.elements).map { actions in
                        actions.map { action in
                            ActionTarget(
                                machineId: action["machineId"]?.asString ?? "",
                                targetId: action["targetId"]?.asString ?? "",
                                actionType: ActionType(rawValue: action["actionType"]?.asString ?? ""))
                        }
                    } ?? [])
            }
        }
    }

    /// What is missing in a journal, and what is in it without having been expected; each as often as that.
    static func differences(expected: [Post], made: [Post]) -> (missing: [Post], unexpected: [Post]) {
        var rest = made
        var missing: [Post] = []
        for post in expected {
            if let index = rest.firstIndex(of: post) { rest.remove(at: index) } else { missing.append(post) }
        }
        return (missing, rest)
    }
}
