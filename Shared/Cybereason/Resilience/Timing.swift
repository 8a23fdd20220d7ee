import JSON

/// Where the client gets time and chance from, so that tests can bring their own.
struct Timing: Sendable {
    /// A clock that never goes back, for deadlines.
    var now: @Sendable () -> ContinuousClock.Instant
    /// The host's idea of the time of day.
    var wall: @Sendable () -> Timestamp
    /// Suspends until an instant, or until the task is cancelled.
    var sleep: @Sendable (ContinuousClock.Instant) async -> Void
    /// A number from 0 up to 1.
    var chance: @Sendable () -> Double

    /// The real ones.
    static let system = Timing(
        now: { ContinuousClock.now },
        wall: { Timestamp.now() },
        sleep: { instant in try? await Task.sleep(until: instant, clock: .continuous) },
        chance: { Double.random(in: 0..<1) })
}
