/// What a client asks to be done, checked for its form.
struct RemediationRequest: Sendable, Equatable {
    struct Item: Sendable, Equatable {
        var machine: String
        var target: String?
        var type: ActionType
    }

    struct Invalid: Error, Equatable {
        let note: String
    }

    var malop: String?
    var user: String
    var items: [Item]

    /// Reads the body of `POST /rest/remediate`.
    init(_ body: Document) throws(Invalid) {
        malop = body["malopId"]?.text
        user = body["initiatorUserName"]?.text ?? ""
        items = []
        guard let machines = body["actionsByMachine"]?.members else {
            throw Invalid(note: "actionsByMachine is missing")
        }
        for machine in machines {
            guard let actions = machine.value.items else { throw Invalid(note: "\(machine.key): actions are missing") }
            for action in actions {
                items.append(try RemediationRequest.item(machine.key, action["targetId"]?.text, action["actionType"]))
            }
        }
        if items.isEmpty { throw Invalid(note: "there are no actions") }
    }

    /// The rows of one malop in the body of `POST /rest/detection/remediate-custom-actions`.
    init(malop: String?, user: String, customRows: [Document]) throws(Invalid) {
        self.malop = malop
        self.user = user
        items = []
        for row in customRows {
            guard let machine = row["machineId"]?.text else { throw Invalid(note: "machineId is missing") }
            items.append(try RemediationRequest.item(machine, row["targetId"]?.text, row["remediationType"]))
        }
    }

    private static func item(_ machine: String, _ target: String?, _ type: Document?) throws(Invalid) -> Item {
        guard let type = type?.text.flatMap(ActionType.init) else {
            throw Invalid(note: "Cannot deserialize value of type ActionType from \(type?.printed ?? "null")")
        }
        return Item(machine: machine, target: target, type: type)
    }
}
