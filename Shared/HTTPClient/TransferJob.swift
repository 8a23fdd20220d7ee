import Synchronization

/// A request on its way to the engine's thread, with the one who waits for it.
struct TransferJob: Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPFailure>

    /// Set from any thread when the waiting task is cancelled, so that it also holds when the order to cancel overtakes the
    /// order to start, and in the gate at the last moment.
    final class Cancellation: Sendable {
        private let flag = Atomic(false)

        var isCancelled: Bool { flag.load(ordering: .acquiring) }
        func cancel() { flag.store(true, ordering: .releasing) }
    }

    let id: UInt64
    let request: HTTPRequest
    let target: URLParts
    let cancellation: Cancellation
    /// When the total limit ends, waiting for a place included.
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Outcome, Never>

    /// The failure of a transfer that never began.
    func unsent(_ stop: TransferFacts.Stop) -> Outcome {
        var facts = TransferFacts(repeatability: request.repeatability, origin: target.origin)
        facts.stop = stop
        let failure = DeliveryJudgement(facts: facts).failure
        return .failure(failure ?? HTTPFailure(delivery: .notSent, reason: .other))
    }
}
