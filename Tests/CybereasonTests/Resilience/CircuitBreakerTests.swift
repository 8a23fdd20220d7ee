import Testing

@testable import Cybereason

@Suite("A circuit breaker")
struct CircuitBreakerTests {
    private let start = ContinuousClock.now
    private var breaker = CircuitBreaker(
        CircuitBreaker.Settings(failures: 3, pause: .seconds(10), longestPause: .seconds(30)))

    private mutating func call(_ outcome: CircuitBreaker.Outcome, at seconds: Int) throws {
        let now = start.advanced(by: .seconds(seconds))
        guard case .admitted(let ticket) = breaker.admit(at: now) else {
            Issue.record("not admitted at \(seconds) s")
            return
        }
        breaker.record(outcome, of: ticket, at: now)
    }

    private func instant(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    @Test("opens after so many failures in a row, and says when to come back")
    mutating func opens() throws {
        for _ in 1...3 { try call(.failure, at: 0) }
        #expect(breaker.state(at: instant(0)) == .open)
        #expect(breaker.admit(at: instant(4)) == .refused(retryAfter: .seconds(6)))
    }

    @Test("counts failures in a row only")
    mutating func successInBetween() throws {
        for outcome in [CircuitBreaker.Outcome.failure, .failure, .success, .failure, .failure, .neutral] {
            try call(outcome, at: 0)
        }
        #expect(breaker.state(at: instant(0)) == .closed)
    }

    @Test("lets one probe through when its time has passed, and closes on its success")
    mutating func probe() throws {
        for _ in 1...3 { try call(.failure, at: 0) }
        guard case .admitted(let ticket) = breaker.admit(at: instant(10)) else {
            Issue.record("no probe")
            return
        }
        #expect(breaker.admit(at: instant(10)) == .refused(retryAfter: .seconds(1)))
        #expect(breaker.state(at: instant(10)) == .halfOpen)
        breaker.record(.success, of: ticket, at: instant(11))
        #expect(breaker.state(at: instant(11)) == .closed)
    }

    @Test("stays open twice as long after a failed probe, up to a limit")
    mutating func failedProbes() throws {
        for _ in 1...3 { try call(.failure, at: 0) }
        try call(.failure, at: 10)
        #expect(breaker.admit(at: instant(10)) == .refused(retryAfter: .seconds(20)))
        try call(.failure, at: 30)
        #expect(breaker.admit(at: instant(30)) == .refused(retryAfter: .seconds(30)))
    }

    @Test("lets the next probe through when one ended without an outcome")
    mutating func neutralProbe() throws {
        for _ in 1...3 { try call(.failure, at: 0) }
        try call(.neutral, at: 10)
        try call(.success, at: 10)
        #expect(breaker.state(at: instant(10)) == .closed)
    }

    @Test("ignores the outcome of a call that began before it opened")
    mutating func staleOutcome() throws {
        guard case .admitted(let old) = breaker.admit(at: start) else {
            Issue.record("not admitted")
            return
        }
        for _ in 1...3 { try call(.failure, at: 0) }
        breaker.record(.success, of: old, at: instant(1))
        #expect(breaker.state(at: instant(1)) == .open)
        try call(.success, at: 10)
        breaker.record(.failure, of: old, at: instant(11))
        #expect(breaker.state(at: instant(11)) == .closed)
    }
}
