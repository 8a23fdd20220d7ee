internal import Cybereason
internal import Model
internal import Pipeline

/// How lookups are put together.
struct LookupLimits: Sendable {
    /// Indicators of one request at most.
    var batchSize = 100

    /// How long an indicator waits for company.
    var batchWait = Duration.milliseconds(5)

    /// Requests to one endpoint at the same time, while it answers; one while it does not.
    var concurrency = 2

    /// Pauses between requests to an endpoint that does not answer.
    var backoff = Pipeline.Backoff(base: .seconds(1), limit: .seconds(20))
}

/// Which indicators are to be asked for, and when: each is in flight once, however many wait for it.
///
/// A state machine without time or network: ``next(_:at:)`` says what to do, ``receive(_:_:at:)`` takes what came of it.
/// What failed stays wanted and is asked for again. A refused batch is asked for again in halves, so that one indicator
/// that the server does not like keeps no other from its answer. What an otherwise whole answer leaves out is asked for once
/// more.
struct LookupQueue<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
    /// What to do for an endpoint.
    enum Step: Hashable, Sendable {
        case send([Indicator])
        case wait(until: Instant)
        case nothing
    }

    /// An indicator that needs no more asking, and why.
    enum Settled: Equatable, Sendable {
        case classified(Classification)

        /// Whole answers say nothing of it.
        case silent

        /// The server refuses to answer for it, even alone.
        case refused(ConsoleError)
    }

    private struct Entry: Sendable {
        var ticket: UInt64
        var wanted = 1
        var since: Instant
        var isInFlight = false
        var silences = 0
        var batchSize: Int
        var lastFailure: ConsoleError?
    }

    private struct Lane: Sendable {
        var pending: [(ticket: UInt64, indicator: Indicator)] = []
        var inFlight = 0
        var notBefore: Instant?
        var backoff: Pipeline.Backoff
        var isFailing: Bool { backoff.failures > 0 }
    }

    private let limits: LookupLimits
    private var entries: [Indicator: Entry] = [:]
    private var lanes: [LookupEndpoint: Lane]
    private var lastTicket: UInt64 = 0

    /// Indicators that were refused alone: they do not spoil another batch.
    private var refused: Set<Indicator> = []

    init(_ limits: LookupLimits) {
        self.limits = limits
        lanes = Dictionary(uniqueKeysWithValues: LookupEndpoint.allCases.map { ($0, Lane(backoff: limits.backoff)) })
    }

    /// Indicators that are wanted and not settled.
    var count: Int { entries.count }

    /// Why an indicator has no answer yet, as far as that is known.
    func lastFailure(of indicator: Indicator) -> ConsoleError? { entries[indicator]?.lastFailure }

    /// Somebody wants an indicator.
    mutating func want(_ indicator: Indicator, at now: Instant) {
        guard entries[indicator] == nil else {
            entries[indicator]?.wanted += 1
            return
        }
        let size = refused.contains(indicator) ? 1 : max(1, limits.batchSize)
        entries[indicator] = Entry(ticket: 0, since: now, batchSize: size)
        enqueue(indicator)
    }

    /// Somebody wants it no more. Nobody is asked for what nobody wants.
    mutating func abandon(_ indicator: Indicator) {
        guard var entry = entries[indicator] else { return }
        entry.wanted -= 1
        entries[indicator] = entry.wanted == 0 && !entry.isInFlight ? nil : entry
    }

    /// An indicator was answered for elsewhere.
    mutating func drop(_ indicator: Indicator) { entries[indicator] = nil }

    /// What to do for an endpoint now. After ``Step/send(_:)`` the batch is in flight.
    mutating func next(_ endpoint: LookupEndpoint, at now: Instant) -> Step {
        guard var lane = lanes[endpoint], !lane.pending.isEmpty,
            lane.inFlight < (lane.isFailing ? 1 : limits.concurrency)
        else { return .nothing }
        if let notBefore = lane.notBefore, now < notBefore { return .wait(until: notBefore) }
        lane.pending.removeAll { !isPending($0) }
        lanes[endpoint] = lane
        guard let first = lane.pending.first, let head = entries[first.indicator] else { return .nothing }
        let batch = batch(like: head, of: lane)
        let ready = head.since.advanced(by: limits.batchWait)
        guard batch.count == head.batchSize || now >= ready else { return .wait(until: ready) }
        for indicator in batch { entries[indicator]?.isInFlight = true }
        lanes[endpoint]?.inFlight += 1
        return .send(batch)
    }

    /// Those that wait and may go together, in their order.
    private func batch(like head: Entry, of lane: Lane) -> [Indicator] {
        var batch: [Indicator] = []
        for place in lane.pending where entries[place.indicator]?.batchSize == head.batchSize {
            batch.append(place.indicator)
            if batch.count == head.batchSize { break }
        }
        return batch
    }

    /// Takes what came of a batch.
    mutating func receive(
        _ batch: [Indicator], _ results: [Indicator: ClassificationResult], at now: Instant
    ) -> [Indicator: Settled] {
        guard let endpoint = batch.first.map(LookupEndpoint.init) else { return [:] }
        var settled: [Indicator: Settled] = [:]
        var failure: ConsoleError?
        for indicator in batch {
            let result = results[indicator] ?? .noAnswer
            if case .failed(let error) = result { failure = error }
            guard let end = take(result, for: indicator, batchSize: batch.count) else { continue }
            settled[indicator] = end
        }
        pace(endpoint, failure, at: now)
        return settled
    }

    /// What an answer means for an indicator; nil if it has to be asked for again.
    private mutating func take(_ result: ClassificationResult, for indicator: Indicator, batchSize: Int) -> Settled? {
        guard var entry = entries[indicator] else { return nil }
        entry.isInFlight = false
        let end: Settled?
        switch result {
        case .classified(let classification): end = .classified(classification)
        case .noAnswer:
            entry.silences += 1
            end = entry.silences > 1 ? .silent : nil
        case .failed(let error):
            entry.lastFailure = error
            if error.isRefusal { entry.batchSize = max(1, batchSize / 2) }
            end = error.isRefusal && batchSize == 1 ? .refused(error) : nil
        }
        if case .refused = end { remember(refused: indicator) }
        entries[indicator] = end == nil && entry.wanted > 0 ? entry : nil
        if entries[indicator] != nil { enqueue(indicator) }
        return end
    }

    /// Slows an endpoint down that does not answer, and speeds it up again when it does.
    private mutating func pace(_ endpoint: LookupEndpoint, _ failure: ConsoleError?, at now: Instant) {
        guard var lane = lanes[endpoint] else { return }
        lane.inFlight -= 1
        if let failure {
            lane.notBefore = now.advanced(by: max(lane.backoff.next(), failure.retryAfter ?? .zero))
        } else {
            lane.backoff.reset()
            lane.notBefore = nil
        }
        lanes[endpoint] = lane
    }

    private mutating func enqueue(_ indicator: Indicator) {
        lastTicket += 1
        entries[indicator]?.ticket = lastTicket
        lanes[LookupEndpoint(of: indicator)]?.pending.append((lastTicket, indicator))
    }

    private func isPending(_ place: (ticket: UInt64, indicator: Indicator)) -> Bool {
        guard let entry = entries[place.indicator] else { return false }
        return entry.ticket == place.ticket && !entry.isInFlight
    }

    private mutating func remember(refused indicator: Indicator) {
        if refused.count >= 1000 { refused.removeAll() }
        refused.insert(indicator)
    }
}

extension ConsoleError {
    /// Whether the server took the request and would not have it: another request may be answered.
    fileprivate var isRefusal: Bool {
        switch kind {
        case .rejected, .tooLarge, .invalidArgument: true
        default: false
        }
    }
}
