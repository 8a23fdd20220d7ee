public import HTTPClient

/// The vendor's threat-intelligence server. It is another host than the console and wants no login: nothing of the
/// console's session is ever sent to it.
public final class ThreatIntelligenceClient: Sendable {
    /// The settings it works with.
    public let settings: ThreatIntelligenceSettings
    private let exchange: Exchange

    /// A client.
    ///
    /// - Parameters:
    ///   - settings: where the server is, and how to ask it.
    ///   - http: sends the requests; its owner shuts it down.
    ///   - observer: is told of exchanges and breakers.
    public convenience init(
        _ settings: ThreatIntelligenceSettings, http: HTTPClient, observer: ConsoleObserver = ConsoleObserver()
    ) {
        self.init(settings, observer: observer, timing: .system) { request throws(HTTPFailure) in
            try await http.send(request)
        }
    }

    init(
        _ settings: ThreatIntelligenceSettings, observer: ConsoleObserver, timing: Timing,
        transport: @escaping Exchange.Transport
    ) {
        self.settings = settings
        exchange = Exchange(
            baseURL: settings.baseURL, settings: settings.resilience, transport: transport,
            host: HostGuard(settings.resilience, timing: timing, onBreaker: observer.onBreaker), timing: timing,
            observer: observer, clock: ConsoleClock())
    }

    /// The state of the circuit breaker.
    public var breaker: CircuitBreaker.State { exchange.host.breakers[.reputation] ?? .closed }

    /// Asks for classifications, in as many requests as needed, at most a few at once.
    ///
    /// - Returns: a result for each indicator that was asked for. A batch that fails leaves the others' results as they
    ///   are.
    public func classify(
        _ indicators: some Sequence<Indicator>, deadline: ContinuousClock.Instant? = nil
    ) async -> [Indicator: ClassificationResult] {
        let time = settings.resilience.callTime(of: .reputation)
        let deadline = deadline ?? exchange.timing.now().advanced(by: time)
        return await withTaskGroup(of: [Indicator: ClassificationResult].self) { group in
            for batch in batches(of: indicators) {
                group.addTask { await self.classify(batch: batch, until: deadline) }
            }
            return await group.reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
        }
    }

    private func batches(of indicators: some Sequence<Indicator>) -> [[Indicator]] {
        var seen: Set<Indicator> = []
        var kinds: [Indicator.Batch: [Indicator]] = [:]
        for indicator in indicators where seen.insert(indicator).inserted {
            kinds[indicator.batch, default: []].append(indicator)
        }
        let size = max(1, settings.batchSize)
        return Indicator.Batch.allCases.flatMap { kind in
            let all = kinds[kind] ?? []
            return stride(from: 0, to: all.count, by: size).map { Array(all[$0..<min($0 + size, all.count)]) }
        }
    }

    private func classify(
        batch: [Indicator], until deadline: ContinuousClock.Instant
    ) async -> [Indicator: ClassificationResult] {
        guard let kind = batch.first?.batch else { return [:] }
        var results: [Indicator: ClassificationResult] = [:]
        do {
            let call = Call.post(
                "/rest/classification_v1/\(kind.rawValue)", ClassificationRequest.body(batch), .reputation,
                until: deadline)
            let response = try await exchange.read(call)
            let found = try ClassificationRequest.read(response.body, asked: batch, settings)
            for indicator in batch { results[indicator] = found[indicator].map { .classified($0) } ?? .noAnswer }
        } catch {
            for indicator in batch { results[indicator] = .failed(error) }
        }
        return results
    }
}
