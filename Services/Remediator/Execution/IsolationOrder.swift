import Cybereason
import Model

/// Machines that are to be cut off the network, or let back: a command of its own at the console, which names machines by
/// their sensors.
struct IsolationOrder: Sendable, Equatable {
    /// One machine of it.
    struct Machine: Sendable, Equatable {
        let target: ActionTarget
        /// The sensor's own id.
        let pylumID: String
    }

    /// Whether they are cut off; else they are let back.
    let isolates: Bool
    let malopID: String?
    let machines: [Machine]

    /// What a request asks for; nil if it is no isolation, or a machine's sensor is not known.
    init?(_ request: RemediationRequest, machines readings: [String: MachineReading]) {
        let targets = request.targets
        guard request.isIsolation, let first = targets.first else { return nil }
        isolates = first.actionType == .isolateMachine
        malopID = request.malopId
        let machines = targets.compactMap { target in
            readings[target.machineId]?.pylumID.map { Machine(target: target, pylumID: $0) }
        }
        guard machines.count == targets.count else { return nil }
        self.machines = machines
    }

    /// The sensors, each once.
    var pylumIDs: [String] {
        var seen: Set<String> = []
        return machines.map(\.pylumID).filter { seen.insert($0).inserted }
    }
}

extension RemediationRequest {
    /// Whether all that it asks for is that machines are isolated, or let back.
    var isIsolation: Bool { !targets.isEmpty && targets.allSatisfy(\.actionType.isIsolation) }

    /// Why it can never be sent, as far as that is about isolation: the console has commands of their own for it, each for
    /// one of the two.
    var isolationFault: (reason: Reason, words: String)? {
        let targets = targets
        guard let first = targets.first(where: \.actionType.isIsolation) else { return nil }
        if let other = targets.first(where: { $0.actionType != first.actionType }) {
            return (
                .mixedActions,
                "\(first.actionType) has a command of its own at the console: ask for it and for"
                    + " \(other.actionType) in two requests"
            )
        }
        guard let wrong = targets.first(where: { !$0.isAboutItsMachine }) else { return nil }
        return (
            .wrongSchema,
            "the target of \(wrong.actionType) is the machine itself: targetId is \(wrong.targetId), and the machine"
                + " \(wrong.machineId)"
        )
    }
}

extension ActionTarget {
    /// Whether the target is the machine that it is on, in whichever spelling.
    fileprivate var isAboutItsMachine: Bool {
        self == ActionTarget(machineId: machineId, targetId: machineId, actionType: actionType)
    }
}
