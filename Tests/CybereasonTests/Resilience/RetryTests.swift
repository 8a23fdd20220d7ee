import JSON
import Testing

@testable import Cybereason

@Suite("Retries")
struct RetryTests {
    private let backoff = Backoff(base: .milliseconds(100), cap: .seconds(1))

    @Test(
        "wait between nothing and a bound that doubles up to a cap",
        arguments: [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1000), (60, 1000)])
    func ceiling(failures: Int, milliseconds: Int) {
        #expect(backoff.ceiling(afterFailures: failures) == .milliseconds(milliseconds))
        #expect(backoff.pause(afterFailures: failures, chance: 0) == .zero)
        #expect(backoff.pause(afterFailures: failures, chance: 0.5) == .milliseconds(milliseconds) * 0.5)
    }

    @Test("wait at least as long as the other side asked for")
    func floor() {
        let pause = backoff.pause(afterFailures: 1, chance: 0.5, floor: .seconds(3))
        #expect(pause == .milliseconds(3050))
    }

    @Test("stop when their budget is spent, and go on as requests earn more")
    func budget() {
        var budget = RetryBudget(burst: 2, share: 0.5)
        #expect(budget.spend() == true)
        #expect(budget.spend() == true)
        #expect(budget.spend() == false)
        budget.earn()
        #expect(budget.spend() == false)
        budget.earn()
        #expect(budget.spend() == true)
    }

    @Test(
        "understand Retry-After in both forms",
        arguments: [
            ("0", 0), ("7", 7), (" 12 ", 12), ("301", 300), ("99999999999999999999", 300),
            ("Sun, 06 Nov 1994 08:49:40 GMT", 3), ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
            ("Sat, 05 Nov 1994 08:49:37 GMT", 0), ("Mon, 07 Nov 1994 08:49:37 GMT", 300),
        ])
    func retryAfter(value: String, seconds: Int) throws {
        let now = try #require(HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT"))
        #expect(RetryAfter.wait(value, now: now) == .seconds(seconds))
    }

    @Test("ignore a Retry-After that is neither", arguments: ["", "soon", "-1", "1.5", "Sun, 06 Nov 1994"])
    func badRetryAfter(value: String) {
        #expect(RetryAfter.wait(value, now: Timestamp(milliseconds: 0)) == nil)
    }

    @Test(
        "read dates as the calendar has them",
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799), ("Mon, 23 Nov 2026 08:00:00 GMT", 1_795_420_800),
        ])
    func dates(text: String, seconds: Int64) {
        #expect(HTTPDate.parse(text)?.milliseconds == seconds * 1000)
    }

    @Test(
        "refuse what is no date",
        arguments: [
            "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 CET", "Sunday, 06-Nov-94 08:49:37 GMT", "+1, +2 Nov +994 0:0:0 GMT",
        ])
    func badDates(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }

    @Test("a pause asked for by the host only ever gets longer, and has a limit")
    func hostPause() {
        let now = ContinuousClock.now
        var pause = HostPause(longest: .seconds(60))
        #expect(pause.remaining(at: now) == nil)
        pause.extend(by: .seconds(10), at: now)
        pause.extend(by: .seconds(5), at: now)
        #expect(pause.remaining(at: now) == .seconds(10))
        pause.extend(by: .seconds(3600), at: now)
        #expect(pause.remaining(at: now) == .seconds(60))
        #expect(pause.remaining(at: now.advanced(by: .seconds(60))) == nil)
    }

    @Test("a limit over time lets a burst through and then one each interval")
    func rateLimit() {
        let now = ContinuousClock.now
        var limit = RateLimit(burst: 2, interval: .seconds(10))
        #expect(limit.take(at: now) == nil)
        #expect(limit.take(at: now) == nil)
        #expect(limit.take(at: now.advanced(by: .seconds(4))) == .seconds(6))
        #expect(limit.take(at: now.advanced(by: .seconds(10))) == nil)
        #expect(limit.take(at: now.advanced(by: .seconds(11))) == .seconds(9))
        #expect(limit.take(at: now.advanced(by: .seconds(60))) == nil)
    }
}
