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

extension Duration {
    /// Within 1 ms and 24 h, so that no limit is without end and none overflows.
    var clampedToLimit: Duration { min(max(self, .milliseconds(1)), .seconds(86_400)) }

    /// Whole milliseconds, rounded up.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
