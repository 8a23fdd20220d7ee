import JSON
import Model
import Pipeline
import Synchronization

/// The last question before the first byte of an attempt.
struct FiringGate: Sendable {
    let attempt: Int
    /// Who has written the attempt's `INTENT`.
    let writer: String
    /// From then on it is too late, on this process's own clock.
    let fireBy: ContinuousClock.Instant
    /// From then on it is too late, by the time of day.
    let notAfter: Timestamp?
    /// The policy that it was allowed by: under another it is looked at again.
    let generation: Int

    /// Whether the attempt may be sent now, from what the ledger says of its request.
    func isOpen(
        now: ContinuousClock.Instant, wall: Timestamp, control: ControlWatch.Signal, generation: Int,
        standing: LedgerRequest?
    ) -> Bool {
        guard now < fireBy, control == .clear, generation == self.generation else { return false }
        if let notAfter, wall >= notAfter { return false }
        return standing?.isIntent(of: attempt, by: writer) ?? false
    }
}

extension FiringGate {
    /// What keeps it closed, for a person.
    func obstacle(
        wall: Timestamp, control: ControlWatch.Signal, generation: Int, standing: LedgerRequest?
    ) -> String {
        switch control {
        case .clear: break
        case .halted(let by, _): return "\(by) has halted remediation"
        case .unknown: return "the halt switch cannot be read"
        }
        if generation != self.generation { return "another policy has come into force" }
        if let notAfter, wall >= notAfter { return "its notAfter has passed" }
        if standing?.denial != nil { return "it was denied" }
        guard standing?.isIntent(of: attempt, by: writer) ?? false else {
            return "the ledger does not give the attempt to this instance any more"
        }
        return "it took too long from its intent to the console"
    }
}

extension LedgerRequest {
    /// Whether the attempt that is on its way is this writer's, within the caps, and nobody has denied it meanwhile.
    func isIntent(of attempt: Int, by writer: String) -> Bool {
        phase == .intent && self.attempt == attempt && intentWriter == writer && excess == nil && denial == nil
    }
}

/// Why the gate was closed.
final class GateWords: Sendable {
    private let words = Mutex<String?>(nil)

    /// Nil if it was open, or not asked.
    var last: String? { words.withLock { $0 } }

    func take(_ obstacle: String) { words.withLock { $0 = obstacle } }
}
