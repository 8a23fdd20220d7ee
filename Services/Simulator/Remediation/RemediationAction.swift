/// One action on one target, from the request to its end: silent, pending, in progress, ended.
///
/// A sensor that is away holds an action where it is: pending, or in progress until it reports again.
struct RemediationAction: Sendable {
    enum Stage: Sendable, Equatable {
        case silent
        case pending
        case inProgress
        case ended(String)
    }

    /// What is to be done when a stage is over.
    enum Step: Sendable, Equatable {
        /// Write this status to the log.
        case log(String)
        /// Try it on the machine; ``finish(_:)`` takes what came of it.
        case perform
    }

    let machine: GUID
    /// The id as the client wrote it.
    let machineText: String
    let targetText: String?
    let type: String
    let behaviour: RemediationBehaviour
    let outcome: String
    private(set) var stage = Stage.silent
    /// When the next step is due, in milliseconds since 1970; `nil` if nothing more will happen by itself.
    private(set) var dueAt: Int64?

    init(
        machine: String, target: String?, type: String, behaviour: RemediationBehaviour, attempt: Int, now: Int64
    ) {
        self.machine = GUID(machine)
        machineText = machine
        targetText = target
        self.type = type
        self.behaviour = behaviour
        outcome = behaviour.outcome(ofAttempt: attempt)
        dueAt = now + behaviour.emptyMs
    }

    var hasEnded: Bool {
        if case .ended = stage { return true }
        return false
    }

    /// Takes the step that is due.
    ///
    /// - Returns: `nil` if nothing is to be done: not yet due, held by an absent sensor, or over.
    mutating func advance(now: Int64, isOnline: Bool, logsWhileOffline: Bool) -> Step? {
        guard let due = dueAt, due <= now else { return nil }
        switch stage {
        case .silent where isOnline || logsWhileOffline:
            stage = .pending
            dueAt = isOnline ? due + behaviour.pendingMs : nil
            return .log("PENDING")
        case .pending where isOnline:
            stage = .inProgress
            dueAt = outcome == "NEVER" ? nil : due + behaviour.inProgressMs
            return .log("IN_PROGRESS")
        case .inProgress where isOnline:
            dueAt = nil
            return .perform
        case .silent, .pending, .inProgress:
            dueAt = nil
            return nil
        case .ended:
            return nil
        }
    }

    /// Takes up a held action when its machine is back.
    mutating func resume(now: Int64) {
        guard dueAt == nil, !hasEnded, !(stage == .inProgress && outcome == "NEVER") else { return }
        dueAt = now + (stage == .pending ? behaviour.pendingMs : 0)
    }

    /// Nothing will ever come of it: the console took it without a word.
    mutating func silence() { finish("") }

    mutating func finish(_ status: String) {
        stage = .ended(status)
        dueAt = nil
    }
}
