/// Stops calls to something that keeps failing, and lets one probe through at a time to see whether it is back.
///
/// A pure state machine: time comes in as an argument. Every admission hands out a ticket; an outcome that belongs to an
/// earlier state of the breaker is ignored, so that a slow old failure cannot close or open it again.
public struct CircuitBreaker: Sendable {
    /// When to open, and for how long.
    public struct Settings: Sendable, Equatable {
        /// So many failures in a row open the breaker.
        public var failures: Int
        /// How long it stays open the first time; doubled after every failed probe.
        public var pause: Duration
        /// The longest time it stays open.
        public var longestPause: Duration

        /// Five failures in a row, 5 s, at most 20 s: what is back is found out soon.
        public init(
            failures: Int = 5, pause: Duration = .seconds(5), longestPause: Duration = .seconds(20)
        ) {
            self.failures = max(1, failures)
            self.pause = pause
            self.longestPause = max(pause, longestPause)
        }
    }

    /// What the breaker does at present.
    public enum State: String, Sendable, Hashable {
        /// Every call passes.
        case closed
        /// No call passes.
        case open
        /// One probe is under way or may start; every other call is refused.
        case halfOpen
    }

    /// How a call ended, as far as the breaker is concerned.
    public enum Outcome: Sendable {
        /// The other side answered sensibly.
        case success
        /// No connection, no answer, or an HTTP 5xx.
        case failure
        /// Nothing was learned, for instance because the caller gave up before anything was sent.
        case neutral
    }

    /// Permission for one call, to be given back with its outcome.
    public struct Ticket: Sendable, Equatable {
        let era: Int
    }

    /// Whether a call may go out.
    public enum Admission: Sendable, Equatable {
        /// It may; record its outcome with this ticket.
        case admitted(Ticket)
        /// It may not; a later one may after this time.
        case refused(retryAfter: Duration)
    }

    private enum Phase {
        case closed(failures: Int)
        case open(until: ContinuousClock.Instant, pause: Duration)
        case probing(pause: Duration)
    }

    private let settings: Settings
    private var phase = Phase.closed(failures: 0)
    private var era = 0

    /// A closed breaker.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// What the breaker does at present. An open one whose time has passed counts as half open.
    public func state(at now: ContinuousClock.Instant) -> State {
        switch phase {
        case .closed: .closed
        case .open(let until, _): now < until ? .open : .halfOpen
        case .probing: .halfOpen
        }
    }

    /// Asks for permission for one call.
    public mutating func admit(at now: ContinuousClock.Instant) -> Admission {
        switch phase {
        case .closed:
            return .admitted(Ticket(era: era))
        case .open(let until, let pause):
            guard now >= until else { return .refused(retryAfter: now.duration(to: until)) }
            era += 1
            phase = .probing(pause: pause)
            return .admitted(Ticket(era: era))
        case .probing:
            return .refused(retryAfter: .seconds(1))
        }
    }

    /// Records how an admitted call ended.
    public mutating func record(_ outcome: Outcome, of ticket: Ticket, at now: ContinuousClock.Instant) {
        guard ticket.era == era else { return }
        switch (phase, outcome) {
        case (.closed(let failures), .failure):
            if failures + 1 >= settings.failures {
                open(for: settings.pause, at: now)
            } else {
                phase = .closed(failures: failures + 1)
            }
        case (.closed, .success):
            phase = .closed(failures: 0)
        case (.probing, .success):
            era += 1
            phase = .closed(failures: 0)
        case (.probing(let pause), .failure):
            open(for: min(pause * 2, settings.longestPause), at: now)
        case (.probing(let pause), .neutral):
            era += 1
            phase = .open(until: now, pause: pause)
        case (.closed, .neutral), (.open, _):
            break
        }
    }

    private mutating func open(for pause: Duration, at now: ContinuousClock.Instant) {
        era += 1
        phase = .open(until: now.advanced(by: pause), pause: pause)
    }
}
