import Testing

@testable import Runtime

@Suite("Whether something outside is away") struct OutageTests {
    private static let start = ContinuousClock.now

    private static func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func outage() -> Outage { Outage(patience: .seconds(5), memory: .seconds(60)) }

    @Test("one failure, however long ago, is no outage; nor are many within the patience")
    func glitches() {
        var one = outage()
        #expect(one.failed("cut", at: Self.at(0)) == nil)
        #expect(one.check(at: Self.at(30)) == nil && !one.isAway)
        var many = outage()
        for step in 0..<50 { #expect(many.failed("cut", at: Self.at(Double(step) / 10)) == nil) }
        #expect(many.answered(at: Self.at(5)) == nil)
        #expect(many.nextCheck == nil && !many.isAway)
    }

    @Test("nothing but failures for longer than the patience is one, told once, with the newest reason")
    func away() {
        var outage = outage()
        _ = outage.failed("first", at: Self.at(0))
        _ = outage.failed("second", at: Self.at(1))
        #expect(outage.nextCheck == Self.at(5))
        #expect(outage.check(at: Self.at(5)) == .away(reason: "second"))
        #expect(outage.failed("third", at: Self.at(6)) == nil && outage.isAway)
        #expect(outage.answered(at: Self.at(9)) == .over(after: .seconds(9), isAnswered: true))
        #expect(!outage.isAway && outage.answered(at: Self.at(10)) == nil)
    }

    @Test("without a look in between the next failure tells it")
    func late() {
        var outage = outage()
        _ = outage.failed("first", at: Self.at(0))
        #expect(outage.failed("second", at: Self.at(59)) == .away(reason: "second"))
    }

    @Test("when nobody has tried for long, nothing is known: it is not away any more, and begins anew")
    func forgotten() {
        var outage = outage()
        _ = outage.failed("first", at: Self.at(0))
        _ = outage.failed("second", at: Self.at(6))
        #expect(outage.isAway && outage.nextCheck == Self.at(66))
        #expect(outage.check(at: Self.at(65)) == nil && outage.isAway)
        #expect(outage.check(at: Self.at(66)) == .over(after: .seconds(66), isAnswered: false))
        #expect(outage.failed("third", at: Self.at(67)) == nil && !outage.isAway)
    }

    @Test("readiness, metrics and log tell an outage, and its end")
    func told() async throws {
        let metrics = Metrics()
        let readiness = Readiness()
        let log = LogCapture()
        let dependency = Dependency(
            "console", readiness: readiness, metrics: metrics,
            logger: Logger(label: "test", level: .debug, sink: log.sink), patience: .zero)
        #expect(readiness.isReady)
        dependency.failed("connection refused")
        #expect(readiness.isReady)
        dependency.failed("connection refused")
        #expect(!readiness.isReady && dependency.isAway)
        #expect(readiness.conditions.first?.reason == "connection refused")
        #expect(metrics.render().contains(#"riposte_dependency_up{dependency="console"} 0"#))
        #expect(metrics.render().contains(#"riposte_dependency_outages_total{dependency="console"} 1"#))
        #expect(log.contains(message: "dependency is away"))
        dependency.answered()
        #expect(readiness.isReady && !dependency.isAway)
        #expect(metrics.render().contains(#"riposte_dependency_up{dependency="console"} 1"#))
        #expect(log.contains(message: "dependency is not away any more"))
    }

    @Test("time alone tells it too, and forgets it", .timeLimit(.minutes(1)))
    func alarms() async throws {
        let readiness = Readiness()
        let dependency = Dependency(
            "console", readiness: readiness, metrics: Metrics(), logger: Logger(label: "test", sink: .none),
            patience: .milliseconds(50), memory: .milliseconds(400))
        dependency.failed("a")
        dependency.failed("b")
        while readiness.isReady { await Task.yield() }
        while !readiness.isReady { await Task.yield() }
        #expect(!dependency.isAway)
    }

    @Test("what has never answered is not ready, with the reason, and that is no outage yet")
    func unknown() {
        let (readiness, metrics) = (Readiness(), Metrics())
        let dependency = Dependency(
            "kafka", readiness: readiness, metrics: metrics, logger: Logger(label: "test", sink: .none),
            isKnown: false, patience: .zero)
        #expect(!readiness.isReady)
        dependency.failed("no answer")
        dependency.failed("still no answer")
        #expect(readiness.conditions.first?.reason == "still no answer")
        #expect(metrics.render().contains(#"riposte_dependency_outages_total{dependency="kafka"} 0"#))
        dependency.answered()
        #expect(readiness.isReady)
    }
}
