internal import Kafka
internal import Model
internal import Synchronization

/// One append that waits to see its own fact in the log. It is settled once; what comes later is ignored.
final class ReadBack: Sendable {
    typealias Outcome = Result<Ledger.Judgement, KafkaError>

    private struct State {
        var outcome: Outcome?
        var waiter: CheckedContinuation<Outcome, Never>?
    }

    private let state = Mutex(State())

    /// Says what became of the fact.
    func settle(_ outcome: Outcome) {
        let waiter = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            guard state.outcome == nil else { return nil }
            state.outcome = outcome
            return state.waiter.take()
        }
        waiter?.resume(returning: outcome)
    }

    /// Waits until it is settled. Called once.
    ///
    /// A cancelled task waits too: nobody could say otherwise what its fact has decided.
    func judgement() async throws(KafkaError) -> Ledger.Judgement {
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            let known = state.withLock { state -> Outcome? in
                if state.outcome == nil { state.waiter = continuation }
                return state.outcome
            }
            if let known { continuation.resume(returning: known) }
        }
        return try outcome.get()
    }
}
