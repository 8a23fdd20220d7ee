import Cybereason
import Model
import Pipeline

/// What the console tells of a process or a file that something is to be done to.
struct TargetFacts: Sendable, Equatable {
    /// What it is called; nil where the console does not say.
    var name: String?
    /// The GUID of the machine that it is on; nil where the console does not say.
    var machineID: String?

    init(name: String? = nil, machineID: String? = nil) {
        self.name = name?.isEmpty == true ? nil : name
        self.machineID = machineID?.isEmpty == true ? nil : machineID
    }
}

/// What is known of a request's targets, which the policy may have to know.
struct KnownTargets: Sendable {
    /// What the console has told, by the target's id as the request has it.
    private(set) var facts: [String: TargetFacts] = [:]
    /// When it last told them; nil before it has.
    private(set) var toldAt: ContinuousClock.Instant?
    /// How asking failed the last time, since when it fails, and when to ask again.
    private(set) var failure: String?
    private(set) var failingSince: ContinuousClock.Instant?
    private(set) var retryAt: ContinuousClock.Instant?
    private var backoff = Pipeline.Backoff(base: .milliseconds(500), limit: .seconds(30))

    /// How long an answer counts: a process or file keeps its name and its machine.
    private static let lifetime = Duration.seconds(300)

    /// Names by the target's id.
    var names: [String: String] { facts.compactMapValues(\.name) }

    /// Machines by the target's id.
    var machines: [String: String] { facts.compactMapValues(\.machineID) }

    /// Whether what is known of these targets may be acted on.
    ///
    /// - Parameter recheck: After how long a target without a name is asked for again: one that has just begun may not have
    ///   come to the console before.
    func isCurrent(of targets: [ActionTarget], at now: ContinuousClock.Instant, recheck: Duration) -> Bool {
        guard let toldAt else { return false }
        let areNamed = targets.allSatisfy { facts[$0.targetId]?.name != nil }
        return now - toldAt < (areNamed ? Self.lifetime : min(recheck, Self.lifetime))
    }

    /// Takes the console's answer.
    mutating func take(_ result: Result<[String: TargetFacts], ConsoleError>, at now: ContinuousClock.Instant) {
        switch result {
        case .success(let told):
            facts = told
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
