import JSON
import PlatformIDs

/// What is to be done on which machines: the body of `POST /rest/remediate`.
public struct RemediationOrder: Sendable, Equatable {
    /// One action on one target of one machine.
    public struct Action: Sendable, Hashable {
        /// The machine's GUID (not its `pylumId`).
        public var machineID: String
        /// The GUID of the process, file or registry entry.
        public var targetID: String
        /// What to do with it.
        public var type: RemediationActionType

        /// An action.
        public init(machineID: String, targetID: String, type: RemediationActionType) {
            self.machineID = machineID
            self.targetID = targetID
            self.type = type
        }
    }

    /// The malop that this belongs to, if any.
    public var malopID: String?
    /// Who is to be named as initiator.
    public var initiator: String
    /// What to do, in this order within each machine.
    public var actions: [Action]

    /// An order.
    public init(malopID: String? = nil, initiator: String, actions: [Action]) {
        self.malopID = malopID
        self.initiator = initiator
        self.actions = actions
    }

    /// The body as the vendor's tutorial has it: machines in the order of their first action, no `malopId` when there is
    /// none.
    ///
    /// - Throws: ``ConsoleError`` of kind `invalidArgument` if there is no action, or something that cannot be an id.
    public func body() throws(ConsoleError) -> [UInt8] {
        try check()
        var machines: [String] = []
        for action in actions where !machines.contains(action.machineID) { machines.append(action.machineID) }
        var writer = JSONWriter(capacity: 256 + actions.count * 128)
        writer.object { writer in
            if let malopID { writer.field("malopId", malopID) }
            writer.field("initiatorUserName", initiator)
            writer.key("actionsByMachine")
            writer.object { writer in
                for machine in machines { write(machine, to: &writer) }
            }
        }
        return writer.finish()
    }

    private func write(_ machine: String, to writer: inout JSONWriter) {
        writer.key(machine)
        writer.array { writer in
            for action in actions where action.machineID == machine {
                writer.object { writer in
                    writer.field("targetId", action.targetID)
                    writer.field("actionType", action.type.rawValue)
                }
            }
        }
    }

    private func check() throws(ConsoleError) {
        guard !actions.isEmpty else { throw ConsoleError(.invalidArgument, "an order without actions") }
        if let malopID { try PlatformID.checked(malopID, "malop id") }
        guard initiator.utf8.count <= PlatformID.longest else {
            throw ConsoleError(.invalidArgument, "initiator is longer than \(PlatformID.longest) bytes")
        }
        for action in actions {
            try PlatformID.checked(action.machineID, "machine id")
            try PlatformID.checked(action.targetID, "target id")
            try PlatformID.checked(action.type.rawValue, "action type")
        }
    }
}
