/// Every request with a side effect that was accepted, in order.
struct Journal: Sendable {
    struct Entry: Sendable {
        enum Kind: String, Sendable {
            case remediate
            case customRemediate = "custom-remediate"
            case abort
            case isolate
            case unIsolate = "un-isolate"
        }

        struct Action: Sendable, Equatable {
            var machine: String?
            var target: String?
            var type: String
        }

        /// Milliseconds since 1970, simulated time.
        var at: Int64
        var kind: Kind
        var remediationID: String?
        /// The `initiatorUserName` of the request.
        var user: String
        /// Who was logged in.
        var sessionUser: String
        var malop: String?
        var actions: [Action] = []
        var pylumIDs: [String] = []
    }

    private(set) var entries: [Entry] = []

    mutating func append(_ entry: Entry) { entries.append(entry) }

    mutating func removeAll() { entries = [] }

    /// What `GET /_simulator/journal` shows, newest last.
    var document: Document {
        ["entries": .array(entries.map(\.document))]
    }
}

extension Journal.Entry {
    var document: Document {
        var document: Document = ["at": .integer(at), "kind": .string(kind.rawValue)]
        if let remediationID { document["remediationId"] = .string(remediationID) }
        document["user"] = .string(user)
        document["sessionUser"] = .string(sessionUser)
        if let malop { document["malopId"] = .string(malop) }
        document["actions"] = .array(
            actions.map { action in
                var shown: Document = [:]
                if let machine = action.machine { shown["machineId"] = .string(machine) }
                if let target = action.target { shown["targetId"] = .string(target) }
                shown["actionType"] = .string(action.type)
                return shown
            })
        if !pylumIDs.isEmpty { document["pylumIds"] = .strings(pylumIDs) }
        return document
    }
}
