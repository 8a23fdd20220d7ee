public import HTTPClient

/// A Cybereason console's REST interface: what Riposte needs of it, with the session, retries and limits taken care of.
///
/// Reading calls throw a ``ConsoleError`` when there is no usable answer. Calls with an effect never throw: their outcome
/// says what is known. Every call ends by its deadline, a moment of `ContinuousClock`; nil means the time of its class in
/// ``ResilienceSettings/callTime``.
public final class ConsoleClient: Sendable {
    /// The settings it works with.
    public let settings: ConsoleSettings
    /// How far the console's clock is from ours.
    public let clock: ConsoleClock
    let caller: ConsoleCaller

    /// A client that logs in at its first call.
    ///
    /// - Parameters:
    ///   - settings: where the console is, and how to call it.
    ///   - http: sends the requests; its owner shuts it down.
    ///   - observer: is told of exchanges, logins and breakers.
    public convenience init(
        _ settings: ConsoleSettings, http: HTTPClient, observer: ConsoleObserver = ConsoleObserver()
    ) {
        self.init(settings, observer: observer, timing: .system) { request throws(HTTPFailure) in
            try await http.send(request)
        }
    }

    init(
        _ settings: ConsoleSettings, observer: ConsoleObserver, timing: Timing,
        transport: @escaping Exchange.Transport
    ) {
        self.settings = settings
        clock = ConsoleClock()
        let host = HostGuard(settings.resilience, timing: timing, onBreaker: observer.onBreaker)
        let exchange = Exchange(
            baseURL: settings.baseURL, settings: settings.resilience, transport: transport, host: host, timing: timing,
            observer: observer, clock: clock)
        caller = ConsoleCaller(exchange: exchange, session: ConsoleSession(settings, exchange: exchange))
    }

    /// The state of each class's circuit breaker.
    public var breakers: [EndpointClass: CircuitBreaker.State] { caller.exchange.host.breakers }

    /// Why logging in is held back at present, nil when it is not.
    public var loginHeld: ConsoleError? { caller.session.held }

    /// Makes sure that there is a session, to check address and credentials.
    ///
    /// - Throws: ``ConsoleError``: why there is none.
    public func logIn(deadline: ContinuousClock.Instant? = nil) async throws(ConsoleError) {
        _ = try await caller.session.current(until: self.deadline(deadline, .login))
    }

    /// Ends the session at the console, at shutdown; best effort, for at most two seconds.
    public func logOut() async {
        await caller.session.logOut(until: caller.exchange.timing.now().advanced(by: .seconds(2)))
    }

    func deadline(_ given: ContinuousClock.Instant?, _ endpoint: EndpointClass) -> ContinuousClock.Instant {
        given ?? caller.exchange.timing.now().advanced(by: settings.resilience.callTime(of: endpoint))
    }

    /// The console's own time limit for a query, in milliseconds.
    var queryTimeout: Int {
        let (seconds, attoseconds) = settings.queryTime.components
        return Int(clamping: seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
