import Cybereason
import Model

/// What the executor needs of a console.
protocol ResponseConsole: Sendable {
    /// Our account there. It is named as the initiator of whatever we send.
    var user: String { get }

    /// How far the console's clock is ahead of ours; nil before its first answer.
    var clockDifference: Duration? { get }

    /// Whether machines are known and connected.
    func machines(_ ids: [String]) async throws(ConsoleError) -> ElementStates<MachineState>

    /// Has actions carried out, at most once.
    func send(
        _ order: RemediationOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> RemediationOutcome

    /// Has machines isolated, or let back, at most once.
    func send(
        _ order: IsolationOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> IsolationOutcome

    /// All remediations of a malop.
    func remediations(of malopID: String) async throws(ConsoleError) -> [RemediationReport]

    /// What processes and files are called and which machines they are on, by the target's id. One that the console does
    /// not know is left out; an answer that is not whole is none.
    func facts(of targets: [ActionTarget]) async throws(ConsoleError) -> [String: TargetFacts]

    /// Those of the targets that are as their action would leave them: the process has ended, the file is in quarantine,
    /// the machine is isolated or is not.
    func effects(of targets: [ActionTarget]) async throws(ConsoleError) -> Set<ActionTarget>
}

extension ConsoleClient: ResponseConsole {
    /// A hold must be seen soon, so asking does not take as long as the client would try.
    private static let patience = Duration.seconds(20)

    var user: String { settings.credentials.username }
    var clockDifference: Duration? { clock.reading?.difference }

    func machines(_ ids: [String]) async throws(ConsoleError) -> ElementStates<MachineState> {
        try await machineStates(ids, deadline: .now + Self.patience)
    }

    func send(
        _ order: RemediationOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> RemediationOutcome {
        await remediate(order, deadline: deadline, gate: gate)
    }

    func send(
        _ order: IsolationOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> IsolationOutcome {
        guard order.isolates else {
            return await unisolate(order.pylumIDs, malopID: order.malopID, deadline: deadline, gate: gate)
        }
        return await isolate(order.pylumIDs, malopID: order.malopID, deadline: deadline, gate: gate)
    }

    func remediations(of malopID: String) async throws(ConsoleError) -> [RemediationReport] {
        try await remediations(ofMalop: malopID, deadline: .now + Self.patience)
    }

    func effects(of targets: [ActionTarget]) async throws(ConsoleError) -> Set<ActionTarget> {
        let deadline = ContinuousClock.now + Self.patience
        let killed = targets.filter { $0.actionType == .killProcess }
        let quarantined = targets.filter { $0.actionType == .quarantineFile }
        var seen: Set<ActionTarget> = []
        if !killed.isEmpty {
            let states = try await processStates(killed.map(\.targetId), deadline: deadline)
            seen.formUnion(killed.filter { states[$0.targetId]?.hasEnded == true })
        }
        if !quarantined.isEmpty {
            let states = try await fileStates(quarantined.map(\.targetId), deadline: deadline)
            seen.formUnion(quarantined.filter { states[$0.targetId]?.isQuarantined == true })
        }
        return seen.union(try await isolations(of: targets, deadline))
    }

    private func isolations(
        of targets: [ActionTarget], _ deadline: ContinuousClock.Instant
    ) async throws(ConsoleError) -> Set<ActionTarget> {
        let isolation = targets.filter(\.actionType.isIsolation)
        guard !isolation.isEmpty else { return [] }
        let states = try await machineStates(isolation.map(\.machineId), deadline: deadline)
        return Set(
            isolation.filter { target in
                states[target.machineId]?.isIsolated == (target.actionType == .isolateMachine)
            })
    }

    func facts(of targets: [ActionTarget]) async throws(ConsoleError) -> [String: TargetFacts] {
        let deadline = ContinuousClock.now + Self.patience
        let files = Set(targets.filter(\.actionType.isAimedAtFile).map(\.targetId))
        let processes = Set(targets.map(\.targetId)).subtracting(files)
        var facts: [String: TargetFacts] = [:]
        if !processes.isEmpty {
            let states = try await processStates(processes.sorted(), deadline: deadline).whole()
            for id in processes {
                facts[id] = states[id].map { TargetFacts(name: $0.name, machineID: $0.machineID) }
            }
        }
        if !files.isEmpty {
            let states = try await fileStates(files.sorted(), deadline: deadline).whole()
            for id in files {
                facts[id] = states[id].map { TargetFacts(name: $0.name, machineID: $0.machineID, path: $0.path) }
            }
        }
        return facts
    }
}

extension ActionType {
    fileprivate var isAimedAtFile: Bool { self == .quarantineFile || self == .blockFile || self == .unquarantineFile }
}

extension ElementStates {
    /// Itself if it is whole: who is missing from a part of the answer may exist for all that.
    fileprivate func whole() throws(ConsoleError) -> Self {
        guard case .partial(let reason) = completeness else { return self }
        throw ConsoleError(.unavailable, "only a part of the targets came: \(reason.detail)")
    }
}
