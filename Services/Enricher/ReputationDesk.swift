internal import Cybereason
internal import JSON
internal import Model

/// Answers for indicators: from what is known, or by asking, once for all who want to know the same.
///
/// An error is never an answer: what could not be asked for is asked for again as long as somebody waits.
actor ReputationDesk<Time: Clock> where Time.Duration == Duration {
    private struct Waiter {
        var missing: Set<Indicator>
        var outcomes: [Indicator: LookupOutcome]
        var continuation: CheckedContinuation<[Indicator: LookupOutcome], Never>?
    }

    private let source: any ReputationSource
    private let clock: Time
    private let now: @Sendable () -> Timestamp
    private let terms: ReputationTerms
    private let metrics: EnricherMetrics

    /// Tells the other instances what was learnt.
    private let share: @Sendable ([Reputation]) async -> Void

    private var cache: ReputationCache
    private var queue: LookupQueue<Time.Instant>
    private var waiters: [Int: Waiter] = [:]
    private var interested: [Indicator: Set<Int>] = [:]
    private var lastID = 0
    private var requests: [Int: Task<Void, Never>] = [:]
    private var alarms: [LookupEndpoint: (at: Time.Instant, task: Task<Void, Never>)] = [:]
    private var isEnded = false

    init(
        source: any ReputationSource, clock: Time, now: @escaping @Sendable () -> Timestamp, limits: LookupLimits,
        terms: ReputationTerms, cacheEntries: Int, metrics: EnricherMetrics,
        share: @escaping @Sendable ([Reputation]) async -> Void
    ) {
        self.source = source
        self.clock = clock
        self.now = now
        self.terms = terms
        self.metrics = metrics
        self.share = share
        cache = ReputationCache(capacity: cacheEntries, longest: terms.bounds.upperBound)
        queue = LookupQueue(limits)
    }

    /// Outcomes for all of the indicators. It waits for those that are not known until the deadline, or until the task is
    /// cancelled; what is missing then is *not checked*, with the reason.
    func answers(for indicators: [Indicator], until deadline: Time.Instant) async -> [Indicator: LookupOutcome] {
        var waiter = look(up: indicators)
        guard !waiter.missing.isEmpty, !isEnded else {
            for indicator in waiter.missing { waiter.outcomes[indicator] = notAnswered(indicator) }
            return waiter.outcomes
        }
        let id = enlist(waiter)
        let timer = Task { [clock] in
            try? await clock.sleep(until: deadline, tolerance: nil)
            guard !Task.isCancelled else { return }
            self.giveUp(id)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiters[id]?.continuation = $0 }
        } onCancel: {
            Task { await self.giveUp(id) }
        }
    }

    /// Takes over what somebody else was told, and serves whoever waits for it.
    func learn(_ reputations: [Reputation]) {
        let now = now()
        for reputation in reputations {
            cache.store(reputation, at: now)
            guard interested[reputation.indicator] != nil,
                let known = cache.reputation(of: reputation.indicator, at: now)
            else { continue }
            queue.drop(reputation.indicator)
            settle(reputation.indicator, .known(known))
        }
        metrics.cached(cache.count)
    }

    /// Forgets an indicator by the key of its record.
    func forget(key: String) { cache.remove(key: key) }

    /// Ends all requests; who still waits is told that nothing was checked.
    func end() async {
        isEnded = true
        for alarm in alarms.values { alarm.task.cancel() }
        for id in waiters.keys { giveUp(id) }
        let open = requests.values
        for request in open { request.cancel() }
        for request in open { await request.value }
    }
}

// MARK: Waiting

extension ReputationDesk {
    private func look(up indicators: [Indicator]) -> Waiter {
        var waiter = Waiter(missing: [], outcomes: [:])
        let now = now()
        for indicator in indicators {
            if !source.canClassify(indicator) {
                waiter.outcomes[indicator] = .notChecked(
                    because: "threat intelligence cannot be asked about it", isFinal: true)
            } else if let known = cache.reputation(of: indicator, at: now) {
                waiter.outcomes[indicator] = .known(known)
            } else {
                waiter.missing.insert(indicator)
            }
        }
        metrics.lookedUp(hits: waiter.outcomes.count, misses: waiter.missing.count)
        return waiter
    }

    private func enlist(_ waiter: Waiter) -> Int {
        // Kept here: what is dispatched at once takes the next one.
        lastID += 1
        let id = lastID
        waiters[id] = waiter
        let now = clock.now
        for indicator in waiter.missing {
            interested[indicator, default: []].insert(id)
            queue.want(indicator, at: now)
        }
        dispatch()
        return id
    }

    private func giveUp(_ id: Int) {
        guard var waiter = waiters.removeValue(forKey: id) else { return }
        for indicator in waiter.missing {
            waiter.outcomes[indicator] = notAnswered(indicator)
            queue.abandon(indicator)
            interested[indicator]?.remove(id)
            if interested[indicator]?.isEmpty == true { interested[indicator] = nil }
        }
        waiter.continuation?.resume(returning: waiter.outcomes)
    }

    private func notAnswered(_ indicator: Indicator) -> LookupOutcome {
        let reason = queue.lastFailure(of: indicator).map(\.description) ?? "not asked in time"
        return .notChecked(because: "threat intelligence did not answer: \(reason)", isFinal: false)
    }

    private func settle(_ indicator: Indicator, _ outcome: LookupOutcome) {
        for id in interested.removeValue(forKey: indicator) ?? [] {
            waiters[id]?.missing.remove(indicator)
            waiters[id]?.outcomes[indicator] = outcome
            guard let waiter = waiters[id], waiter.missing.isEmpty else { continue }
            waiters[id] = nil
            waiter.continuation?.resume(returning: waiter.outcomes)
        }
    }
}

// MARK: Asking

extension ReputationDesk {
    /// Sends what may be sent now, and sets an alarm for what may be sent later.
    private func dispatch() {
        guard !isEnded else { return }
        for endpoint in LookupEndpoint.allCases {
            var step = queue.next(endpoint, at: clock.now)
            while case .send(let batch) = step {
                send(batch, to: endpoint)
                step = queue.next(endpoint, at: clock.now)
            }
            if case .wait(let instant) = step { setAlarm(endpoint, at: instant) }
        }
    }

    private func send(_ batch: [Indicator], to endpoint: LookupEndpoint) {
        lastID += 1
        let id = lastID
        requests[id] = Task { [source, share] in
            let results = await source.classify(batch)
            let fresh = self.received(batch, results, from: endpoint)
            self.requests[id] = nil
            // Not waited for by the end of the service: with Kafka away it takes until the producer is closed.
            if !fresh.isEmpty { await share(fresh) }
        }
    }

    /// Serves whoever waits for what a batch brought.
    ///
    /// - Returns: What the other instances should know.
    private func received(
        _ batch: [Indicator], _ results: [Indicator: ClassificationResult], from endpoint: LookupEndpoint
    ) -> [Reputation] {
        metrics.answered(endpoint, batch, results)
        var fresh: [Reputation] = []
        let now = now()
        for (indicator, end) in queue.receive(batch, results, at: clock.now) {
            let reputation: Reputation
            switch end {
            case .classified(let classification):
                reputation = terms.reputation(of: indicator, classification, at: now)
            case .silent:
                reputation = terms.silence(about: indicator, at: now)
            case .refused(let error):
                let reason = "threat intelligence refuses to answer: \(error)"
                settle(indicator, .notChecked(because: reason, isFinal: false))
                continue
            }
            cache.store(reputation, at: now)
            settle(indicator, .known(reputation))
            fresh.append(reputation)
        }
        metrics.cached(cache.count)
        dispatch()
        return fresh
    }

    private func setAlarm(_ endpoint: LookupEndpoint, at instant: Time.Instant) {
        if let alarm = alarms[endpoint] {
            guard alarm.at != instant else { return }
            alarm.task.cancel()
        }
        let task = Task { [clock] in
            try? await clock.sleep(until: instant, tolerance: nil)
            guard !Task.isCancelled else { return }
            self.rang(endpoint)
        }
        alarms[endpoint] = (instant, task)
    }

    private func rang(_ endpoint: LookupEndpoint) {
        alarms[endpoint] = nil
        dispatch()
    }
}
