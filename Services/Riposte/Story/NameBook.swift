internal import Model

/// The names that people know machines, items and malops by: a GUID alone says nothing to anybody.
struct NameBook: Sendable {
    private var names: [String: String] = [:]

    init() {}

    /// Remembers a name. Empty ones and the GUID itself are none.
    mutating func learn(_ guid: String, _ name: String?) {
        guard let name, !name.isEmpty, name != guid, !guid.isEmpty else { return }
        names[guid] = name
    }

    /// Remembers every name that a detection has.
    mutating func learn(_ detection: Detection) {
        learn(detection.malopId, detection.malopName)
        for machine in detection.machines { learn(machine.guid, machine.name) }
        for suspect in detection.suspects { learn(suspect.guid, suspect.name) }
    }

    /// The name, or the GUID if there is none.
    func name(_ guid: String) -> String { names[guid] ?? guid }

    /// The name with the GUID, for whoever has to decide about exactly this one.
    func full(_ guid: String) -> String { names[guid].map { "\($0) (\(guid))" } ?? guid }

    /// The same as ``words(_:)-(ActionTarget)`` with the GUIDs.
    func full(_ target: ActionTarget) -> String {
        guard target.targetId != target.machineId, !target.targetId.isEmpty else {
            return "\(target.actionType) on \(full(target.machineId))"
        }
        return "\(target.actionType) \(full(target.targetId)) on \(full(target.machineId))"
    }

    /// What is done to what and where: `KILL_PROCESS inv_2291.exe on FIN-WS-014`.
    func words(_ target: ActionTarget) -> String {
        // An action on the machine itself names it twice.
        guard target.targetId != target.machineId, !target.targetId.isEmpty else {
            return "\(target.actionType) on \(name(target.machineId))"
        }
        return "\(target.actionType) \(name(target.targetId)) on \(name(target.machineId))"
    }

    /// The same for all actions of a request: the first, and how many more.
    func words(_ targets: [ActionTarget]) -> String {
        guard let first = targets.first else { return "no action" }
        return targets.count == 1 ? words(first) : "\(words(first)) and \(targets.count - 1) more"
    }
}
