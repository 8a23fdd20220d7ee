/// How hard the client tries, and how much it asks of one host at a time.
public struct ResilienceSettings: Sendable {
    /// Calls of each class that may run at once. What is missing here runs one at a time. Together they must not be more
    /// than the HTTP client's connections to one host, or the classes wait for each other after all.
    public var concurrency: [EndpointClass: Int]
    /// How long one exchange may take in all, from connecting to the last byte.
    public var exchangeTime: [EndpointClass: Duration]
    /// How long a call may take in all: waiting for its turn, logging in, repeating. A caller may set its own deadline.
    public var callTime: [EndpointClass: Duration]
    /// How long connecting may take, with name look-up and TLS.
    public var connectTime: Duration
    /// Attempts for a request that is safe to repeat. A request with an effect has one.
    public var attempts: Int
    /// Pauses between attempts.
    public var backoff: Backoff
    /// Retries as a share of requests.
    public var retryBudget: RetryBudget
    /// When to stop calling a class of endpoints that keeps failing.
    public var breaker: CircuitBreaker.Settings
    /// The longest pause that a host may ask for.
    public var longestPause: Duration
    /// The pause after an HTTP 429 that does not say how long.
    public var defaultPause: Duration
    /// The largest answer that is read, in bytes.
    public var maxBodyBytes: Int

    /// The defaults, which suit a console with a few thousand machines.
    public init() {
        concurrency = [.login: 1, .query: 2, .lookup: 4, .remediate: 4, .status: 4, .reputation: 6]
        exchangeTime = [
            .login: .seconds(30), .query: .seconds(150), .lookup: .seconds(60), .remediate: .seconds(60),
            .status: .seconds(30), .reputation: .seconds(30),
        ]
        callTime = [
            .login: .seconds(45), .query: .seconds(300), .lookup: .seconds(120), .remediate: .seconds(90),
            .status: .seconds(60), .reputation: .seconds(90),
        ]
        connectTime = .seconds(10)
        attempts = 3
        backoff = Backoff()
        retryBudget = RetryBudget()
        breaker = CircuitBreaker.Settings()
        longestPause = .seconds(300)
        defaultPause = .seconds(5)
        maxBodyBytes = 32 << 20
    }

    func concurrency(of endpoint: EndpointClass) -> Int { concurrency[endpoint] ?? 1 }
    func exchangeTime(of endpoint: EndpointClass) -> Duration { exchangeTime[endpoint] ?? .seconds(60) }
    func callTime(of endpoint: EndpointClass) -> Duration { callTime[endpoint] ?? .seconds(120) }
}
