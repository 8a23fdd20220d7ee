import Synchronization

/// What stands between the callers and one host: its asked-for pause, a limit and a breaker for every class of
/// endpoints, and the budget for retries.
final class HostGuard: Sendable {
    /// A call that was let through; to be given back with its outcome.
    struct Passage: Sendable {
        let endpoint: EndpointClass
        let ticket: CircuitBreaker.Ticket
    }

    private struct State {
        var pause: HostPause
        var budget: RetryBudget
        var breakers: [EndpointClass: CircuitBreaker] = [:]
        /// The last failure of each class in words: what an open breaker is about.
        var causes: [EndpointClass: String] = [:]
    }

    private let settings: ResilienceSettings
    private let timing: Timing
    private let onBreaker: @Sendable (EndpointClass, CircuitBreaker.State) -> Void
    private let bulkheads: [EndpointClass: Bulkhead]
    private let state: Mutex<State>

    init(
        _ settings: ResilienceSettings, timing: Timing,
        onBreaker: @escaping @Sendable (EndpointClass, CircuitBreaker.State) -> Void
    ) {
        self.settings = settings
        self.timing = timing
        self.onBreaker = onBreaker
        var bulkheads: [EndpointClass: Bulkhead] = [:]
        var breakers: [EndpointClass: CircuitBreaker] = [:]
        for endpoint in EndpointClass.allCases {
            bulkheads[endpoint] = Bulkhead(limit: settings.concurrency(of: endpoint))
            breakers[endpoint] = CircuitBreaker(settings.breaker)
        }
        self.bulkheads = bulkheads
        state = Mutex(
            State(
                pause: HostPause(longest: settings.longestPause), budget: settings.retryBudget, breakers: breakers))
    }

    /// What each breaker does at present.
    var breakers: [EndpointClass: CircuitBreaker.State] {
        let now = timing.now()
        return state.withLock { $0.breakers.mapValues { $0.state(at: now) } }
    }

    /// Waits for a turn and for permission.
    ///
    /// - Parameters:
    ///   - waits: whether to sit out a pause that the host asked for; otherwise the pause is an error at once.
    /// - Throws: ``ConsoleError`` of kind `throttled`, `unavailable`, `timeout` or `cancelled`.
    func enter(
        _ endpoint: EndpointClass, until deadline: ContinuousClock.Instant, waits: Bool
    ) async throws(ConsoleError) -> Passage {
        try await sitOutPause(until: deadline, waits: waits)
        guard let bulkhead = bulkheads[endpoint], await bulkhead.enter(until: deadline, timing: timing) else {
            if Task.isCancelled { throw ConsoleError(.cancelled, "cancelled while waiting for a turn") }
            throw ConsoleError(.timeout, "no turn for \(endpoint.rawValue) requests before the deadline")
        }
        do {
            // The pause may have begun while this call waited for its turn.
            try await sitOutPause(until: deadline, waits: waits)
            return Passage(endpoint: endpoint, ticket: try admit(endpoint))
        } catch {
            bulkhead.leave()
            throw error
        }
    }

    /// Gives a passage back; with a failure, in words what it was.
    func leave(_ passage: Passage, _ outcome: CircuitBreaker.Outcome, because cause: String? = nil) {
        let now = timing.now()
        let change = state.withLock { state -> CircuitBreaker.State? in
            if let cause { state.causes[passage.endpoint] = cause }
            guard var breaker = state.breakers[passage.endpoint] else { return nil }
            let before = breaker.state(at: now)
            breaker.record(outcome, of: passage.ticket, at: now)
            state.breakers[passage.endpoint] = breaker
            let after = breaker.state(at: now)
            return after == before ? nil : after
        }
        bulkheads[passage.endpoint]?.leave()
        if let change { onBreaker(passage.endpoint, change) }
    }

    /// The host asked for a pause.
    func pause(for duration: Duration) {
        let now = timing.now()
        state.withLock { $0.pause.extend(by: duration, at: now) }
    }

    /// Counts the first attempt of a call towards the budget for retries.
    func began() {
        state.withLock { $0.budget.earn() }
    }

    /// Takes a retry out of the budget; false when there is none left.
    func mayRetry() -> Bool {
        state.withLock { $0.budget.spend() }
    }

    private func admit(_ endpoint: EndpointClass) throws(ConsoleError) -> CircuitBreaker.Ticket {
        let now = timing.now()
        let (admission, cause) = state.withLock { state in
            let admission = state.breakers[endpoint, default: CircuitBreaker(settings.breaker)].admit(at: now)
            return (admission, state.causes[endpoint])
        }
        switch admission {
        case .admitted(let ticket): return ticket
        case .refused(let wait):
            let words = "\(endpoint.rawValue) requests pause because they keep failing"
            throw ConsoleError(
                .unavailable, cause.map { "\(words), at last: \($0)" } ?? words, retryAfter: wait)
        }
    }

    private func sitOutPause(
        until deadline: ContinuousClock.Instant, waits: Bool
    ) async throws(ConsoleError) {
        while true {
            let now = timing.now()
            guard let rest = state.withLock({ $0.pause.remaining(at: now) }) else { return }
            guard waits, now.advanced(by: rest) < deadline else {
                throw ConsoleError(.throttled, "the host asked for a pause", retryAfter: rest)
            }
            await timing.sleep(now.advanced(by: rest))
            if Task.isCancelled { throw ConsoleError(.cancelled, "cancelled while the host asked for a pause") }
        }
    }
}
