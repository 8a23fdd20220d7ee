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

    /// One action of a result, with names and GUIDs; it says so where the name of what is acted on is not known.
    func full(_ action: ActionResult) -> String {
        let machine = full(action.machineId, action.machineName)
        guard !action.isOnMachineItself else { return "\(action.actionType) on \(machine)" }
        var item = full(action.targetId, action.targetName)
        if item == action.targetId { item += " (name not known)" }
        if let path = action.targetPath { item += " at \(path)" }
        return "\(action.actionType) \(item) on \(machine)"
    }

    private func full(_ guid: String, _ told: String?) -> String {
        (told ?? names[guid]).map { "\($0) (\(guid))" } ?? guid
    }

    /// What is done to what and where, as far as anybody has told names; where it waits for somebody's approval and the
    /// item has none, that is said.
    func words(_ action: ActionResult, isAsked: Bool = false) -> String {
        let machine = action.machineName ?? name(action.machineId)
        guard !action.isOnMachineItself else { return "\(action.actionType) on \(machine)" }
        let item = action.targetName ?? names[action.targetId]
        let unknown = isAsked ? "\(action.targetId) (name not known)" : action.targetId
        return "\(action.actionType) \(item ?? unknown) on \(machine)"
    }

    /// The same for all actions of a request: the first, and how many more.
    func words(_ result: RemediationResult) -> String {
        guard let first = result.actions.first else { return "no action" }
        let words = words(first, isAsked: result.waitsForApproval)
        return result.actions.count == 1 ? words : "\(words) and \(result.actions.count - 1) more"
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

extension ActionResult {
    /// An action on the machine itself names it twice.
    fileprivate var isOnMachineItself: Bool {
        actionType.isIsolation || targetId.isEmpty || targetId == machineId && targetName == nil
    }
}
