/// Kinds of requests that get their own concurrency limit, time limit and circuit breaker, so that a slow kind never
/// starves another: status polling does not delay a response action, a long query does not delay a lookup.
public enum EndpointClass: String, Sendable, Hashable, CaseIterable {
    /// The login form and the page behind it.
    case login
    /// The failed-protection query, which the console may take two minutes for.
    case query
    /// Details of a malop, states of machines, processes and files.
    case lookup
    /// Everything with an effect: remediation, abort, isolation. Sent at most once.
    case remediate
    /// Progress and history of remediations.
    case status
    /// The threat-intelligence server.
    case reputation
}
