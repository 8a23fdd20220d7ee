import Cybereason
import Model
import Pipeline

/// The names of a request's targets, which a policy that protects names has to know.
struct TargetNames: Sendable {
    /// The names that the console has told, by the target's id.
    private(set) var known: [String: String] = [:]
    /// When it last told them; nil before it has.
    private(set) var toldAt: ContinuousClock.Instant?
    /// How asking failed the last time, since when it fails, and when to ask again.
    private(set) var failure: String?
    private(set) var failingSince: ContinuousClock.Instant?
    private(set) var retryAt: ContinuousClock.Instant?
    private var backoff = Pipeline.Backoff(base: .milliseconds(500), limit: .seconds(30))

    /// How long names count: a process or file keeps its own, but an answer may have been incomplete.
    private static let lifetime = Duration.seconds(300)

    /// Whether what is known may be acted on.
    func isCurrent(at now: ContinuousClock.Instant) -> Bool { toldAt.map { now - $0 < Self.lifetime } ?? false }

    /// Takes the console's answer.
    mutating func take(_ result: Result<[String: String], ConsoleError>, at now: ContinuousClock.Instant) {
        switch result {
        case .success(let names):
            known = names
            toldAt = now
            (failure, failingSince, retryAt) = (nil, nil, nil)
            backoff.reset()
        case .failure(let error):
            failure = error.description
            failingSince = failingSince ?? now
            retryAt = now + max(backoff.next(), error.retryAfter ?? .zero)
        }
    }
}
