public import Cybereason
public import Runtime

extension ConsoleObserver {
    /// An observer that writes what a client does to our log, counts it in our metrics, and judges by it whether the
    /// server is away.
    ///
    /// - Parameters:
    ///   - server: Which server it is in the metrics, and as a condition of readiness: `console` or `threat-intelligence`.
    ///   - memory: After how long without any call nothing is known of the server any more.
    public static func wired(to context: ServiceContext, server: String, memory: Duration) -> ConsoleObserver {
        let logger = context.logger.named(server)
        let counts = PlatformMetrics(context.metrics, server: server)
        let dependency = Dependency(
            server, readiness: context.readiness, metrics: context.metrics, logger: context.logger, memory: memory)
        return ConsoleObserver(
            onExchange: { exchange in
                counts.take(exchange)
                switch exchange.outcome {
                case .success: dependency.answered()
                case .failure: dependency.failed(exchange.problem ?? "no answer")
                case .neutral: break
                }
            },
            onRetry: { route, pause, reason in
                counts.retried(route)
                logger.info(
                    "call will be repeated",
                    [
                        .httpRoute: .string(route), .duration: .milliseconds(pause),
                        .error: .string(reason.description),
                    ])
            },
            onLogin: { login in
                counts.take(login)
                switch login {
                case .succeeded(let duration): logger.info("logged in", [.duration: .milliseconds(duration)])
                case .failed(let error): logger.error("login failed", [.error: .string(error.description)])
                }
            },
            onSessionLost: { route in
                counts.lostSession()
                logger.info("session is not valid any more", [.httpRoute: .string(route)])
            },
            onBreaker: { endpoint, state in
                counts.take(endpoint, state)
                logger.warning(
                    "circuit breaker changed",
                    ["endpoint.class": .string(endpoint.rawValue), .state: .string(state.rawValue)])
            })
    }
}

/// The metrics of a client's work.
private struct PlatformMetrics: Sendable {
    private let server: String
    private let exchanges: MetricFamily<Counter>
    private let seconds: MetricFamily<Histogram>
    private let retries: MetricFamily<Counter>
    private let logins: MetricFamily<Counter>
    private let loggedIn: MetricFamily<Gauge>
    private let refused: MetricFamily<Gauge>
    private let breakers: MetricFamily<Gauge>

    init(_ metrics: Metrics, server: String) {
        self.server = server
        exchanges = metrics.counters(
            "platform_requests_total", help: "Requests to the platform, by their status or why no answer came.",
            labels: ["server", "route", "outcome"])
        seconds = metrics.histograms(
            "platform_request_duration_seconds", help: "From connecting to the whole answer.",
            labels: ["server", "route"])
        retries = metrics.counters(
            "platform_retries_total", help: "Requests that were repeated.", labels: ["server", "route"])
        logins = metrics.counters("platform_logins_total", help: "Logins by outcome.", labels: ["server", "outcome"])
        loggedIn = metrics.gauges(
            "platform_logged_in", help: "1 while there is a session with the platform.", labels: ["server"])
        refused = metrics.gauges(
            "platform_account_refused",
            help: "1 while the platform refuses our account: wrong or expired password, second factor.",
            labels: ["server"])
        breakers = metrics.gauges(
            "platform_breaker_open", help: "1 while a circuit breaker is not closed.", labels: ["server", "class"])
        prepare()
    }

    /// What is known to come, from the start. Only the console is logged in to.
    private func prepare() {
        let isConsole = server == "console"
        let classes = EndpointClass.allCases.filter { ($0 == .reputation) != isConsole }
        breakers.prepare(classes.map { [server, $0.rawValue] })
        guard isConsole else { return }
        let failures: [ConsoleError.Kind] = [
            .badCredentials, .secondFactorRequired, .passwordExpired, .sessionInvalid, .unavailable, .timeout,
        ]
        logins.prepare((["succeeded"] + failures.map(\.rawValue)).map { [server, $0] })
        loggedIn.prepare([server])
        refused.prepare([server])
    }

    func take(_ exchange: ConsoleObserver.Exchange) {
        let outcome = exchange.status.map(String.init) ?? exchange.failure ?? "unknown"
        exchanges.with(server, exchange.route, outcome).add()
        retries.prepare([[server, exchange.route]])
        seconds.with(server, exchange.route).observe(exchange.duration)
    }

    func take(_ login: ConsoleObserver.Login) {
        switch login {
        case .succeeded:
            logins.with(server, "succeeded").add()
            loggedIn.with(server).set(true)
            refused.with(server).set(false)
        case .failed(let error):
            logins.with(server, error.kind.rawValue).add()
            loggedIn.with(server).set(false)
            if error.refusesAccount { refused.with(server).set(true) }
        }
    }

    func lostSession() { loggedIn.with(server).set(false) }

    func take(_ endpoint: EndpointClass, _ state: CircuitBreaker.State) {
        breakers.with(server, endpoint.rawValue).set(state != .closed)
    }

    func retried(_ route: String) { retries.with(server, route).add() }
}
