/// What a caller may watch of the client's work, to feed logs and metrics. The closures are called on whatever thread
/// does the work and must be quick.
public struct ConsoleObserver: Sendable {
    /// One HTTP exchange ended.
    public struct Exchange: Sendable {
        /// The route as a template without ids, fit for a metric label: `/rest/remediate/progress`.
        public let route: String
        /// The class whose limits applied.
        public let endpoint: EndpointClass
        /// The HTTP status, nil when no answer came.
        public let status: Int?
        /// Why no usable answer came, one word, nil when one did.
        public let failure: String?
        /// From the first try to connect until the whole answer was there.
        public let duration: Duration
        /// 1 for the first try of a call.
        public let attempt: Int
        /// What it says of the server: whether it answers sensibly, or does not, or nothing.
        public let outcome: CircuitBreaker.Outcome
        /// After a failure: what went wrong, in words without a secret.
        public let problem: String?
    }

    /// A login ended.
    public enum Login: Sendable {
        /// A new session is in use.
        case succeeded(duration: Duration)
        /// No session: why.
        case failed(ConsoleError)
    }

    /// Called after every exchange.
    public var onExchange: @Sendable (Exchange) -> Void
    /// Called before a safe call is repeated: route, the pause before it, and why.
    public var onRetry: @Sendable (_ route: String, _ pause: Duration, _ reason: ConsoleError) -> Void
    /// Called after every login.
    public var onLogin: @Sendable (Login) -> Void
    /// Called when a session was found invalid.
    public var onSessionLost: @Sendable (_ route: String) -> Void
    /// Called when a circuit breaker changes its state.
    public var onBreaker: @Sendable (EndpointClass, CircuitBreaker.State) -> Void

    /// An observer; what is not given is not watched.
    public init(
        onExchange: @escaping @Sendable (Exchange) -> Void = { _ in },
        onRetry: @escaping @Sendable (_ route: String, _ pause: Duration, _ reason: ConsoleError) -> Void = { _, _, _ in
        },
        onLogin: @escaping @Sendable (Login) -> Void = { _ in },
        onSessionLost: @escaping @Sendable (_ route: String) -> Void = { _ in },
        onBreaker: @escaping @Sendable (EndpointClass, CircuitBreaker.State) -> Void = { _, _ in }
    ) {
        self.onExchange = onExchange
        self.onRetry = onRetry
        self.onLogin = onLogin
        self.onSessionLost = onSessionLost
        self.onBreaker = onBreaker
    }
}
