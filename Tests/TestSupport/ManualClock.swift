internal import Kafka

/// A clock that stands still until a test moves it, so that logic with time in it is tested without waiting.
public final class ManualClock: Clock, Sendable {
    /// A point of time, counted from the clock's making.
    public struct Instant: InstantProtocol {
        /// The time since the clock was made.
        public var offset: Duration

        /// The point `offset` after the clock's making.
        public init(offset: Duration) {
            self.offset = offset
        }

        /// The point so much later.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        /// The time from here to another point.
        public func duration(to other: Instant) -> Duration { other.offset - offset }
        /// Whether one point is before the other.
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Instant(offset: .zero)
        var last = 0
        var sleepers: [Int: (until: Instant, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Monitor(State())

    /// A clock that stands at zero.
    public init() {}

    /// The time that it shows.
    public var now: Instant { state.withLock { $0.now } }
    /// Exact.
    public var minimumResolution: Duration { .zero }
    /// How many sleep on it just now: a test waits for this before it moves the clock.
    public var sleepers: Int { state.withLock { $0.sleepers.count } }

    /// Sleeps until a test has moved the clock to `deadline`, or the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let ticket = state.withLock { state in
            state.last += 1
            return state.last
        }
        defer { state.withLock { _ = $0.cancelled.remove(ticket) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let immediate: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.contains(ticket) { return .failure(CancellationError()) }
                    if deadline <= state.now { return .success(()) }
                    state.sleepers[ticket] = (deadline, continuation)
                    return nil
                }
                if let immediate { continuation.resume(with: immediate) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.cancelled.insert(ticket)
                return state.sleepers.removeValue(forKey: ticket)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves the clock forward and wakes whoever's time has come, earliest first.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for ticket in due.keys { state.sleepers[ticket] = nil }
            return due.values.sorted { $0.until < $1.until }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }
}
