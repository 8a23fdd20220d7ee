import JSON
import Policy
import Runtime
import Synchronization

/// The policy in force. It is replaced when its files have other contents, which are looked at every few seconds: that
/// also finds files that were renamed into place, and the links that Kubernetes turns to another folder.
///
/// One with mistakes changes nothing: what was in force before stays so, and the log and the metrics say it.
final class PolicyStore: Component {
    /// Reads a policy with everything that it needs. Blocks.
    typealias Load = @Sendable (_ path: String) throws(PolicyError) -> LoadedPolicy
    typealias Listener = @Sendable (PolicyInForce) async -> Void
    /// Why a policy that is right by itself cannot be used by this service; nil if it can.
    typealias Demand = @Sendable (LoadedPolicy) -> String?

    private struct State {
        var present: PolicyInForce
        var fingerprint: String
        /// What is wrong with the files as they are now; nil: they are what is in force.
        var problems: PolicyError?
        var listeners: [Listener] = []
        var demands: [Demand] = []
    }

    private enum News {
        case none
        case changed(PolicyInForce, from: PolicyInForce, [Listener])
        case broken(PolicyError)
        case mended
    }

    let name = "policy"
    private let path: String
    private let load: Load
    private let interval: Duration
    private let state: Mutex<State>
    private let logger: Logger
    private let isValid: Gauge
    private let loadedAt: Gauge
    private let info: MetricFamily<Gauge>

    /// Reads the policy. Blocks; meant for the start of the service.
    ///
    /// - Parameter interval: How often the files are looked at.
    /// - Throws: `PolicyError` with every mistake: without a policy nothing is to be started.
    init(
        _ path: String, interval: Duration = .seconds(2), logger: Logger, metrics: Metrics,
        load: @escaping Load = { path throws(PolicyError) in try LoadedPolicy(contentsOf: path) }
    ) throws(PolicyError) {
        self.path = path
        self.load = load
        self.interval = interval
        self.logger = logger
        isValid = metrics.gauge(
            "policy_valid", help: "1 if the policy file is right; 0: the one before it is still in force.")
        loadedAt = metrics.gauge(
            "policy_loaded_timestamp_seconds", help: "When the policy in force was loaded, in seconds since 1970.")
        info = metrics.gauges(
            "policy_info", help: "1 for the digest of the policy in force, as riposte policy check and doctor show it.",
            labels: ["digest"])
        let first = try load(path)
        state = Mutex(State(present: PolicyInForce(first.policy, keys: first.keys), fingerprint: first.fingerprint))
        isValid.set(true)
        show(first.policy)
        logger.info(
            "policy loaded", ["file": .string(path), "digest": .string(first.policy.digest)])
        Self.warn(first.keys, logger)
    }

    /// What is in force. From any thread, without waiting.
    var present: PolicyInForce { state.withLock { $0.present } }

    /// Has a listener called after each change, with what is in force from then on.
    func onChange(_ listener: @escaping Listener) { state.withLock { $0.listeners.append(listener) } }

    /// Makes a demand on every policy from now on: one that does not meet it counts as one with mistakes.
    func demand(_ demand: @escaping Demand) { state.withLock { $0.demands.append(demand) } }

    func run() async throws {
        while true {
            try await Task.sleep(for: interval)
            await look()
        }
    }

    /// Looks at the files once.
    func look() async {
        let (load, path) = (load, path)
        let demands = state.withLock { $0.demands }
        let found = await BlockingWork.run("policy") { () -> Result<LoadedPolicy, PolicyError> in
            do throws(PolicyError) {
                let loaded = try load(path)
                let objections = demands.compactMap { $0(loaded) }
                guard objections.isEmpty else { throw Self.unmet(objections, path) }
                return .success(loaded)
            } catch {
                return .failure(error)
            }
        }
        guard let found else { return logger.error("policy cannot be looked at", [.error: "no thread"]) }
        await tell(state.withLock { Self.take(found, &$0) })
    }

    private static func unmet(_ objections: [String], _ path: String) -> PolicyError {
        PolicyError(problems: objections.map { PolicyProblem(file: path, line: nil, key: "keys", message: $0) })
    }

    private static func take(_ found: Result<LoadedPolicy, PolicyError>, _ state: inout State) -> News {
        switch found {
        case .failure(let problems):
            guard problems != state.problems else { return .none }
            state.problems = problems
            return .broken(problems)
        case .success(let loaded):
            let wasBroken = state.problems != nil
            state.problems = nil
            guard loaded.fingerprint != state.fingerprint else { return wasBroken ? .mended : .none }
            let before = state.present
            state.fingerprint = loaded.fingerprint
            state.present = PolicyInForce(loaded.policy, keys: loaded.keys, generation: before.generation + 1)
            return .changed(state.present, from: before, state.listeners)
        }
    }

    private func tell(_ news: News) async {
        switch news {
        case .none: return
        case .broken(let error):
            isValid.set(false)
            logger.error(
                "policy file has mistakes: the policy before it stays in force",
                ["file": .string(path), "problems": .strings(error.problems.map(\.description))])
        case .mended:
            isValid.set(true)
            logger.info("policy file is as it was again", ["file": .string(path)])
        case .changed(let now, let before, let listeners):
            isValid.set(true)
            info.remove(Self.shortDigest(before.policy))
            show(now.policy)
            logger.warning("policy changed", Self.words(now, before, path))
            Self.warn(now.keys, logger)
            for listener in listeners { await listener(now) }
        }
    }

    private func show(_ policy: ResponsePolicy) {
        loadedAt.set(Double(Timestamp.now().milliseconds) / 1000)
        info.with(Self.shortDigest(policy)).set(true)
        for warning in policy.warnings { logger.warning("policy", ["warning": .string(warning)]) }
    }

    /// As people compare it.
    private static func shortDigest(_ policy: ResponsePolicy) -> String { String(policy.digest.prefix(12)) }

    private static func words(_ now: PolicyInForce, _ before: PolicyInForce, _ path: String) -> LogMetadata {
        var changes = now.policy.changes(since: before.policy)
        if now.policy.digest == before.policy.digest { changes.append("a key's file changed") }
        return [
            "file": .string(path), "digest": .string(now.policy.digest),
            "changes": .string(changes.isEmpty ? "nothing but words" : changes.joined(separator: "; ")),
            "generation": .int(now.generation),
        ]
    }

    private static func warn(_ keys: KeyRing, _ logger: Logger) {
        for warning in keys.warnings { logger.warning("key file", ["warning": .string(warning)]) }
    }
}
