import JSON
import Model
import Pipeline
import Synchronization

/// What stands open of the requests that this instance acts on. It is counted at most once a second, for all metrics
/// together.
final class RequestCensus: Sendable {
    struct Count: Sendable {
        var phases: [LedgerRequest.Phase: Int] = [:]
        var holds: [Reason: Int] = [:]
        var oldest: Timestamp?
    }

    private let ledger: LedgerLog
    private let ownership: Ownership
    private let last = Mutex<(count: Count?, at: ContinuousClock.Instant)?>(nil)

    init(_ ledger: LedgerLog, _ ownership: Ownership) {
        self.ledger = ledger
        self.ownership = ownership
    }

    /// Nil while this instance owns nothing: before the group has given it partitions, nothing can be said.
    var count: Count? {
        last.withLock { last in
            let now = ContinuousClock.now
            if let last, last.at.duration(to: now) < .seconds(1) { return last.count }
            let count = ownership.partitions.isEmpty ? nil : taken()
            last = (count, now)
            return count
        }
    }

    private func taken() -> Count {
        var count = Count()
        for request in ledger.openRequests where ownership.owns(request.id) {
            count.phases[request.phase, default: 0] += 1
            if request.phase == .held, let reason = request.reason { count.holds[reason, default: 0] += 1 }
            count.oldest = min(count.oldest ?? request.acceptedAt, request.acceptedAt)
        }
        return count
    }
}
