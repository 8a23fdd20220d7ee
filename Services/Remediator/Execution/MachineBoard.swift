import Cybereason
import Pipeline

/// What is known of the machines that open requests act on, and which are to be asked for next.
///
/// Many requests ask at the same time, so their machines are asked for together. Where the console refuses such a query,
/// or answers with other machines than it was asked for, the machines are asked for one by one: the one that it
/// stumbles over must not hold up the others.
struct MachineBoard: Sendable {
    private(set) var readings: [String: MachineReading] = [:]
    private var wanted: Set<String> = []
    private var alone: Set<String> = []
    private var asked: Set<String> = []
    private var backoff: Pipeline.Backoff

    /// Machines of one query.
    private static let batch = 100
    /// When nobody has cared for so long after a failure, the next wait is a new one.
    private static let oblivion = Duration.seconds(30)

    init(backoff: Pipeline.Backoff = Pipeline.Backoff(base: .milliseconds(500), limit: .seconds(30))) {
        self.backoff = backoff
    }

    /// Notes that someone needs these machines.
    mutating func want(_ ids: some Sequence<String>, at now: ContinuousClock.Instant = .now) {
        for id in ids where !asked.contains(id) && wanted.insert(id).inserted {
            var reading = readings[id] ?? MachineReading()
            let isNew = reading.retryAt.map { $0 + Self.oblivion < now } ?? false
            reading.wantedSince = isNew ? now : reading.wantedSince ?? now
            readings[id] = reading
        }
    }

    /// The machines to ask for now; nil while an answer is awaited or nothing is wanted.
    mutating func nextQuery() -> [String]? {
        guard asked.isEmpty, let first = wanted.min() else { return nil }
        let together = wanted.subtracting(alone).sorted().prefix(Self.batch)
        let query = together.isEmpty ? [first] : Array(together)
        wanted.subtract(query)
        asked = Set(query)
        return query
    }

    /// Takes the answer to a query.
    mutating func take(
        _ result: Result<ElementStates<MachineState>, ConsoleError>, to query: [String],
        at now: ContinuousClock.Instant
    ) {
        asked = []
        switch result {
        case .success(let states): take(states, to: query, now)
        case .failure(let error): fail(query, error, now)
        }
    }

    /// Forgets what nobody has asked for in a long time.
    mutating func forget(before limit: ContinuousClock.Instant) {
        readings = readings.filter {
            ($0.value.answeredAt ?? $0.value.retryAt ?? $0.value.wantedSince ?? limit) >= limit
        }
        alone.formIntersection(wanted.union(readings.keys))
    }

    private mutating func take(
        _ states: ElementStates<MachineState>, to query: [String], _ now: ContinuousClock.Instant
    ) {
        var missing: [String] = []
        var known: Set<String> = []
        for id in query {
            if let state = states[id] {
                known.insert(state.guid)
                note(MachineReading(state, at: now), of: id)
            } else {
                missing.append(id)
            }
        }
        guard !missing.isEmpty else { return backoff.reset() }
        if case .partial(let reason) = states.completeness {
            return fail(missing, ConsoleError(.unavailable, "only a part of the machines came: \(reason.detail)"), now)
        }
        if states.found.count > known.count {
            // Neither yes nor no: it may know the missing ones by ids that are no spelling of theirs.
            if query.count > 1 { return single(missing) }
            return fail(missing, ConsoleError(.notUnderstood, "the answer is about another machine"), now)
        }
        backoff.reset()
        for id in missing { note(MachineReading(answer: .unknown, answeredAt: now), of: id) }
    }

    private mutating func single(_ ids: [String]) {
        alone.formUnion(ids)
        wanted.formUnion(ids)
    }

    private mutating func note(_ reading: MachineReading, of id: String) { readings[id] = reading }

    private mutating func fail(_ query: [String], _ error: ConsoleError, _ now: ContinuousClock.Instant) {
        if query.count > 1, !error.isTransient, error.isAboutTheQuery { return single(query) }
        let wait = max(backoff.next(), error.retryAfter ?? .zero)
        for id in query {
            var reading = readings[id] ?? MachineReading()
            reading.failures += 1
            reading.failure = error.description
            reading.retryAt = now + wait
            reading.needsPerson = error.refusesAccount || error.kind == .forbidden
            readings[id] = reading
        }
    }
}

extension ConsoleError {
    /// Whether another query might be answered right now.
    fileprivate var isAboutTheQuery: Bool {
        switch kind {
        case .rejected, .invalidArgument, .tooLarge, .notUnderstood: true
        default: false
        }
    }
}

extension MachineReading {
    fileprivate init(_ state: MachineState, at now: ContinuousClock.Instant) {
        let answer: Answer =
            switch state.isConnected {
            case true?: .online
            case false?: .offline
            case nil: .silent
            }
        self.init(
            answer: answer, answeredAt: now, name: state.name, osType: state.osType, groups: state.groups,
            pylumID: state.pylumID)
    }
}
