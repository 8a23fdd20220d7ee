internal import Synchronization

/// Whether the service can do its work now: all its named conditions hold, and it is not ending.
///
/// `/readyz` shows it. Until every component has started, and from the moment at which the process is told to end, a
/// service is not ready.
public final class Readiness: Sendable {
    /// A condition, and since when it has been as it is.
    public struct Condition: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Whether it holds.
        public internal(set) var holds: Bool
        /// Why it does not hold.
        public internal(set) var reason: String?
        /// When that began, in milliseconds since 1970.
        public internal(set) var since: Int64
    }

    private struct State {
        var conditions: [Condition] = []
        var isStopping = false
        /// What was said last; of a service that has yet to begin nobody thinks that it is ready.
        var told = false

        var isReady: Bool { !isStopping && conditions.allSatisfy(\.holds) }

        mutating func set(_ name: String, _ holds: Bool, _ reason: String?, now: Int64) {
            let reason = holds ? nil : reason
            guard let index = conditions.firstIndex(where: { $0.name == name }) else {
                conditions.append(Condition(name: name, holds: holds, reason: reason, since: now))
                return
            }
            if conditions[index].holds != holds { conditions[index].since = now }
            conditions[index].holds = holds
            conditions[index].reason = reason
        }
    }

    private let state = Mutex(State())
    private let changed: @Sendable (_ isReady: Bool, _ missing: [Condition]) -> Void

    /// Without conditions, and so ready. `changed` is called after each change of the whole, outside of any lock.
    public init(changed: @escaping @Sendable (_ isReady: Bool, _ missing: [Condition]) -> Void = { _, _ in }) {
        self.changed = changed
    }

    /// Adds a condition, which does not hold until its handle says so. Of the same name there is one.
    public func condition(_ name: String) -> ReadinessCondition {
        if !conditions.contains(where: { $0.name == name }) { set(name, false, reason: "not yet") }
        return ReadinessCondition(name: name, readiness: self)
    }

    /// Whether all conditions hold and the service is not ending.
    public var isReady: Bool { state.withLock { $0.isReady } }

    /// Whether the service is ending.
    public var isStopping: Bool { state.withLock { $0.isStopping } }

    /// All conditions, in the order in which they were added.
    public var conditions: [Condition] { state.withLock { $0.conditions } }

    /// Not ready from now on, whatever the conditions.
    func beginStopping() { change { $0.isStopping = true } }

    func set(_ name: String, _ holds: Bool, reason: String?) {
        let now = WallClock.milliseconds
        change { $0.set(name, holds, reason, now: now) }
    }

    private func change(_ body: (inout State) -> Void) {
        let (isReady, isNews, missing) = state.withLock { state in
            body(&state)
            let isReady = state.isReady
            defer { state.told = isReady }
            return (isReady, isReady != state.told, state.conditions.filter { !$0.holds })
        }
        if isNews { changed(isReady, missing) }
    }

    /// What `/readyz` answers with.
    var json: [UInt8] {
        let state = state.withLock { $0 }
        var line = JSONLine()
        line.raw("{\"ready\":")
        line.value(.bool(state.isReady))
        line.raw(",\"stopping\":")
        line.value(.bool(state.isStopping))
        line.raw(",\"conditions\":[")
        for (index, condition) in state.conditions.enumerated() {
            if index > 0 { line.raw(",") }
            condition.write(to: &line)
        }
        line.raw("]}\n")
        return line.bytes
    }
}

extension Readiness.Condition {
    fileprivate func write(to line: inout JSONLine) {
        line.raw("{\"name\":")
        line.string(name)
        line.raw(",\"holds\":")
        line.value(.bool(holds))
        line.raw(",\"since\":")
        line.string(WallClock.rfc3339(since))
        if let reason {
            line.raw(",\"reason\":")
            line.string(reason)
        }
        line.raw("}")
    }
}

/// The handle of one condition: `kafka`, `topics`, `caught-up`.
public struct ReadinessCondition: Sendable {
    /// The condition's name.
    public let name: String
    private let readiness: Readiness

    init(name: String, readiness: Readiness) {
        self.name = name
        self.readiness = readiness
    }

    /// Says whether the condition holds; if not, why. The reason is shown to whoever asks: never a secret.
    public func set(_ holds: Bool, reason: String? = nil) { readiness.set(name, holds, reason: reason) }
}
