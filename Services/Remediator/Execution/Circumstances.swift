import JSON
import Model
import Pipeline
import Policy

/// Everything outside of a request that its course depends on, at one moment.
struct Circumstances: Sendable {
    /// This process's own clock, which never jumps.
    var now: ContinuousClock.Instant
    /// The time of day.
    var wall: Timestamp
    /// The name under which this process writes to the ledger.
    var writer: String
    /// The operators' switch.
    var control: ControlWatch.Signal
    /// How far the console's clock is ahead of ours; nil before its first answer.
    var clockDifference: Duration?
    /// Another open request that acts on one of the targets.
    var conflict: String?
    /// Another request that has done all of it while it waited.
    var fulfilment: String?
    /// What is known of machines.
    var machines: [String: MachineReading]
    /// The policy that holds.
    var policy: PolicyInForce
    /// Which of its caps stands in the way now.
    var excess: Ledger.Excess?

    /// The moment on our own clock at which the time of day is `time`.
    func instant(of time: Timestamp) -> ContinuousClock.Instant { now + (time - wall) }
}
