import JSON
import Model
import Pipeline

/// The last question before the first byte of an attempt.
struct FiringGate: Sendable {
    let attempt: Int
    /// Who has written the attempt's `INTENT`.
    let writer: String
    /// From then on it is too late, on this process's own clock.
    let fireBy: ContinuousClock.Instant
    /// From then on it is too late, by the time of day.
    let notAfter: Timestamp?

    /// Whether the attempt may be sent now, from what the ledger says of its request.
    func isOpen(
        now: ContinuousClock.Instant, wall: Timestamp, control: ControlWatch.Signal, standing: LedgerRequest?
    ) -> Bool {
        guard now < fireBy, control == .clear else { return false }
        if let notAfter, wall >= notAfter { return false }
        return standing?.isIntent(of: attempt, by: writer) ?? false
    }
}

extension LedgerRequest {
    /// Whether the attempt that is on its way is this writer's.
    func isIntent(of attempt: Int, by writer: String) -> Bool {
        phase == .intent && self.attempt == attempt && intentWriter == writer
    }
}
