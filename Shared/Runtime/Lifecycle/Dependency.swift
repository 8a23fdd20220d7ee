internal import Synchronization

/// Something outside that a service needs: Kafka, the console, threat intelligence. Whoever calls it says what came of it,
/// and `/readyz`, the metric `dependency_up` and the log tell when it is away and when it is back.
public final class Dependency: Sendable {
    private struct State {
        var outage: Outage
        /// Whether it is taken to be there until it fails, or has answered before.
        var isKnown: Bool
        /// When somebody looks again.
        var alarm: ContinuousClock.Instant?
    }

    private let state: Mutex<State>
    private let name: String
    private let condition: ReadinessCondition
    private let up: Gauge
    private let outages: Counter
    private let logger: Logger

    /// A dependency that nothing was asked of yet.
    ///
    /// - Parameters:
    ///   - isKnown: Whether it counts as there until it fails. Otherwise it counts as away until its first answer.
    ///   - patience: How long there must have been nothing but failures, two of them at least, before it counts as away.
    ///   - memory: After how long without any try nothing is known of it any more. Longer than callers pause.
    public init(
        _ name: String, readiness: Readiness, metrics: Metrics, logger: Logger, isKnown: Bool = true,
        patience: Duration = .seconds(5), memory: Duration = .seconds(180)
    ) {
        self.name = name
        self.logger = logger
        state = Mutex(State(outage: Outage(patience: patience, memory: memory), isKnown: isKnown))
        condition = readiness.condition(name)
        up = metrics.gauge(
            "dependency_up", help: "0 while something outside that the service needs does not answer, else 1.",
            labels: ["dependency": name])
        up.set(isKnown)
        outages = metrics.counter(
            "dependency_outages_total", help: "How often it was away.", labels: ["dependency": name])
        if isKnown { condition.set(true) }
    }

    /// It has answered.
    public func answered() {
        let isNews = state.withLock { state in
            defer { state.isKnown = true }
            return !state.isKnown
        }
        if isNews {
            up.set(true)
            condition.set(true)
        }
        change { $0.answered(at: .now) }
    }

    /// It has not, and why; never with a secret in it.
    public func failed(_ reason: String) {
        guard state.withLock({ $0.isKnown }) else { return condition.set(false, reason: reason) }
        change { $0.failed(reason, at: .now) }
    }

    /// Whether it counts as away.
    public var isAway: Bool { state.withLock { $0.outage.isAway } }

    private func change(_ body: (inout Outage) -> Outage.Change?) {
        let (change, alarm) = state.withLock { state in
            let change = body(&state.outage)
            let next = state.outage.nextCheck
            guard let next, state.alarm.map({ next < $0 }) ?? true else {
                return (change, ContinuousClock.Instant?.none)
            }
            state.alarm = next
            return (change, next)
        }
        if let change { tell(change) }
        if let alarm { Task { [weak self] in await self?.look(at: alarm) } }
    }

    /// Looks again when time alone has made a difference.
    private func look(at alarm: ContinuousClock.Instant) async {
        try? await Task.sleep(until: alarm, clock: .continuous)
        // Unless an earlier one has taken its place.
        state.withLock { if $0.alarm == alarm { $0.alarm = nil } }
        change { $0.check(at: .now) }
    }

    private func tell(_ change: Outage.Change) {
        switch change {
        case .away(let reason):
            up.set(false)
            outages.add()
            condition.set(false, reason: reason)
            logger.error("dependency is away", ["dependency": .string(name), .reason: .string(reason)])
        case .over(let time, let isAnswered):
            up.set(true)
            condition.set(true)
            let words = isAnswered ? "it answers" : "nothing has asked it for long"
            logger.warning(
                "dependency is not away any more",
                ["dependency": .string(name), .duration: .milliseconds(time), .reason: .string(words)])
        }
    }
}
