internal import JSON
internal import Model

/// One accepted `POST /rest/remediate`: what the simulator's journal has, and what a play expects of it.
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
