import Cybereason
import Model
import Pipeline

/// What the console tells of a process or a file that something is to be done to.
struct TargetFacts: Sendable, Equatable {
    /// What it is called; nil where the console does not say.
    var name: String?
    /// The GUID of the machine that it is on; nil where the console does not say.
    var machineID: String?
    /// Where a file is; nil where the console does not say.
    var path: String?

    init(name: String? = nil, machineID: String? = nil, path: String? = nil) {
        self.name = name?.isEmpty == true ? nil : name
        self.machineID = machineID?.isEmpty == true ? nil : machineID
        self.path = path?.isEmpty == true ? nil : path
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
    /// How often the console has answered, and how often it has not.
    private var answers = 0
    private var failures = 0

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
            answers += 1
            (failure, failingSince, retryAt) = (nil, nil, nil)
            backoff.reset()
        case .failure(let error):
            failure = error.description
            failures += 1
            failingSince = failingSince ?? now
            retryAt = now + max(backoff.next(), error.retryAfter ?? .zero)
        }
    }

    // MARK: - For people

    /// Whether the console has not answered yet and fails only since a moment ago.
    func mayAnswerSoon(within patience: Duration, at now: ContinuousClock.Instant) -> Bool {
        guard toldAt == nil, let failingSince else { return false }
        return now < failingSince + patience
    }

    /// Whether to ask for names that only people need.
    enum Naming: Equatable {
        case now
        case later(ContinuousClock.Instant)
        /// It was tried often enough: the console does not tell.
        case never
    }

    /// How often a name is asked for that the console does not tell, and how often while it does not answer.
    private static let (mostAnswers, mostFailures) = (3, 6)

    /// When names are to be asked for that are not known.
    ///
    /// - Parameter recheck: The pause after an answer without them.
    func naming(recheck: Duration, at now: ContinuousClock.Instant) -> Naming {
        guard answers < Self.mostAnswers, failures < Self.mostFailures else { return .never }
        guard let next = retryAt ?? toldAt.map({ $0 + recheck }), next > now else { return .now }
        return .later(next)
    }
}
