import Cybereason
import Model
import Synchronization

@testable import Remediator

/// Where whoever comes waits until it is opened.
final class Turnstile: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// How many wait.
    var waiting: Int { state.withLock { $0.waiting.count } }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    /// Lets everyone pass from now on.
    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }
}

/// A console on the way to which every request is stalled, after its intent was read back and before its gate is asked.
struct TurnstileConsole: ResponseConsole {
    let console: any ResponseConsole
    let turnstile: Turnstile

    var user: String { console.user }
    var clockDifference: Duration? { console.clockDifference }

    func send(
        _ order: RemediationOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> RemediationOutcome {
        await turnstile.pass()
        return await console.send(order, until: deadline, gate: gate)
    }

    func send(
        _ order: IsolationOrder, until deadline: ContinuousClock.Instant, gate: @escaping @Sendable () -> Bool
    ) async -> IsolationOutcome {
        await turnstile.pass()
        return await console.send(order, until: deadline, gate: gate)
    }

    func machines(_ ids: [String]) async throws(ConsoleError) -> ElementStates<MachineState> {
        try await console.machines(ids)
    }

    func remediations(of malopID: String) async throws(ConsoleError) -> [RemediationReport] {
        try await console.remediations(of: malopID)
    }

    func facts(of targets: [ActionTarget]) async throws(ConsoleError) -> [String: TargetFacts] {
        try await console.facts(of: targets)
    }

    func effects(of targets: [ActionTarget]) async throws(ConsoleError) -> Set<ActionTarget> {
        try await console.effects(of: targets)
    }
}
