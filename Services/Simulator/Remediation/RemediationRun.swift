/// One accepted request to remediate, with its log, which is only ever appended to.
struct RemediationRun: Sendable {
    struct Entry: Sendable, Equatable {
        var machine: String
        var target: String?
        var status: String
        var type: String
        var error: RemediationFailure?
        /// Milliseconds since 1970.
        var at: Int64
    }

    let id: String
    /// The malop as the client wrote it; `nil` for a request without one.
    let malop: String?
    let user: String
    let start: Int64
    var actions: [RemediationAction]
    private(set) var log: [Entry] = []
    private(set) var end: Int64?
    /// When `end` will be set, if all actions are over and only that is late.
    private var endDueAt: Int64?

    init(id: String, malop: String?, user: String, start: Int64, actions: [RemediationAction]) {
        self.id = id
        self.malop = malop
        self.user = user
        self.start = start
        self.actions = actions
    }

    /// When something happens next; `nil` if nothing will by itself.
    var dueAt: Int64? {
        (actions.compactMap(\.dueAt) + [endDueAt].compactMap(\.self)).min()
    }

    /// Whether nothing more can happen, not even after a machine has come back.
    var hasEnded: Bool { actions.allSatisfy(\.hasEnded) && endDueAt == nil }

    mutating func append(_ status: String, of index: Int, error: RemediationFailure? = nil, at now: Int64) {
        let action = actions[index]
        let target = action.behaviour.targetInLog ? action.targetText : nil
        log.append(
            Entry(
                machine: action.machineText, target: target, status: status, type: action.type, error: error, at: now))
    }

    /// Notes how an action ended, and with the last one the end of all.
    mutating func finish(_ index: Int, _ status: String, error: RemediationFailure? = nil, at now: Int64) {
        actions[index].finish(status)
        append(status, of: index, error: error, at: now)
        guard actions.allSatisfy(\.hasEnded) else { return }
        switch actions[index].behaviour.end {
        case .withLast: end = now
        case .late: endDueAt = now + actions[index].behaviour.endDelayMs
        case .never: break
        }
    }

    mutating func settleEnd(now: Int64) {
        guard let due = endDueAt, due <= now else { return }
        end = due
        endDueAt = nil
    }

    /// Ends what `effect` says an abort can still reach.
    mutating func abort(_ effect: RemediationSwitches.AbortEffect, status: String, at now: Int64) {
        for index in actions.indices where !actions[index].hasEnded {
            let reachable =
                switch effect {
                case .notStarted: actions[index].stage != .inProgress
                case .unfinished: true
                case .nothing: false
                }
            if reachable { finish(index, status, at: now) }
        }
    }
}
