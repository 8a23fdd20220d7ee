import Cybereason
import JSON
import Model
import Runtime
import TestSupport
import Testing

@testable import Enricher

@Suite("answers for indicators")
struct ReputationDeskTests {
    @Test("many detections that ask for one indicator at the same time make one request")
    func coalescing() async throws {
        let bench = DeskBench(FakeSource(isOpen: false))
        try await withThrowingTaskGroup(of: [Indicator: LookupOutcome].self) { group in
            for _ in 0..<50 {
                group.addTask { await bench.desk.answers(for: [Sample.file("a")], until: bench.at(600)) }
            }
            try await bench.advance(by: .milliseconds(5), until: "it is asked") { bench.source.requests.count == 1 }
            group.addTask {
                let both = [Sample.file("a"), Sample.file("b")]
                return await bench.desk.answers(for: both, until: bench.at(600))
            }
            try await bench.advance(by: .milliseconds(5), until: "the other is asked") {
                bench.source.requests.count == 2
            }
            bench.source.open()
            for try await outcomes in group {
                guard case .known(let reputation) = outcomes[Sample.file("a")] else {
                    Issue.record("not known: \(outcomes)")
                    continue
                }
                #expect(reputation.verdict == .malicious)
            }
        }
        #expect(bench.source.requests == [[Sample.file("a")], [Sample.file("b")]])
        #expect(Set(bench.shared.items.map(\.indicator)) == [Sample.file("a"), Sample.file("b")])
    }

    @Test("who makes a batch full, so that it is sent at once, is answered like anybody else")
    func sentAtOnce() async throws {
        let bench = DeskBench(FakeSource(), batchSize: 1)
        let answered = Collector<[Indicator: LookupOutcome]>()
        for digit: Character in ["a", "b", "a"] {
            Task { answered.append(await bench.desk.answers(for: [Sample.file(digit)], until: bench.at(600))) }
        }
        try await eventually("all are answered") { answered.count == 3 }
        for outcome in answered.items.flatMap(\.values) {
            guard case .known = outcome else {
                Issue.record("not known: \(outcome)")
                continue
            }
        }
        #expect(bench.source.requests.count == 2)
    }

    @Test("what is known is not asked for until it expires; then it is")
    func expiry() async throws {
        let bench = DeskBench(FakeSource(FakeSource.all("malware", ttl: .seconds(600))))
        func ask() async throws {
            let task = Task { await bench.desk.answers(for: [Sample.file("a")], until: bench.at(100_000)) }
            let isDone = Collector<Bool>()
            Task { isDone.append(await task.value.isEmpty) }
            try await bench.advance(by: .milliseconds(5), until: "an answer") { isDone.count == 1 }
        }
        try await ask()
        try await ask()
        #expect(bench.source.requests.count == 1)
        bench.clock.advance(by: .seconds(590))
        try await ask()
        #expect(bench.source.requests.count == 1)
        bench.clock.advance(by: .seconds(20))
        try await ask()
        #expect(bench.source.requests.count == 2)
    }

    @Test(
        "no error is kept as an answer, whatever its kind",
        arguments: [
            ConsoleError.Kind.unavailable, .timeout, .throttled, .notUnderstood, .rejected, .forbidden, .notFound,
            .tooLarge, .cancelled,
        ])
    func errors(kind: ConsoleError.Kind) async throws {
        let bench = DeskBench(FakeSource(FakeSource.failure(kind, "no answer")))
        let task = Task { await bench.desk.answers(for: [Sample.file("a")], until: bench.at(30)) }
        try await bench.advance(by: .milliseconds(100), until: "it gives up") { bench.clock.now > bench.at(31) }
        guard case .notChecked(let reason, isFinal: false) = await task.value[Sample.file("a")] else {
            Issue.record("an error became an answer")
            return
        }
        #expect(reason.contains("no answer"))
        #expect(bench.shared.items.isEmpty)
        let asked = bench.source.requests.count
        bench.source.set(FakeSource.all("indifferent"))
        let again = Task { await bench.desk.answers(for: [Sample.file("a")], until: bench.at(100_000)) }
        try await bench.advance(until: "it is asked again") { bench.source.requests.count > asked }
        guard case .known(let reputation) = await again.value[Sample.file("a")] else {
            Issue.record("it was not asked for again")
            return
        }
        #expect(reputation.verdict == .indifferent)
    }

    @Test("what was told to another instance serves those who wait here")
    func learning() async throws {
        let bench = DeskBench(FakeSource(FakeSource.failure()))
        let task = Task { await bench.desk.answers(for: [Sample.file("a")], until: bench.at(600)) }
        try await bench.advance(by: .milliseconds(5), until: "it is asked") { bench.source.requests.count > 0 }
        let reputation = Sample.reputation(Sample.file("a"), "suspicious")
        await bench.desk.learn([reputation])
        #expect(await task.value == [Sample.file("a"): .known(reputation)])
        await bench.desk.forget(key: Sample.file("a").key)
        let after = Task { await bench.desk.answers(for: [Sample.file("a")], until: bench.clock.now) }
        try await bench.advance(until: "it gives up") { bench.clock.sleepers == 0 }
        #expect(await after.value != [Sample.file("a"): .known(reputation)])
    }

    @Test("who is cancelled waits no longer, and the request serves the others")
    func cancellation() async throws {
        let bench = DeskBench(FakeSource(isOpen: false))
        let one = Task { await bench.desk.answers(for: [Sample.file("a")], until: bench.at(600)) }
        let two = Task { await bench.desk.answers(for: [Sample.file("a")], until: bench.at(600)) }
        try await bench.advance(by: .milliseconds(5), until: "it is asked") { bench.source.requests.count == 1 }
        one.cancel()
        let cancelled = await one.value
        guard case .notChecked = cancelled[Sample.file("a")] else {
            Issue.record("\(cancelled)")
            return
        }
        bench.source.open()
        guard case .known = await two.value[Sample.file("a")] else {
            Issue.record("the other was not served")
            return
        }
        #expect(bench.source.requests.count == 1)
    }

    @Test("what threat intelligence has no question for is not asked, at once and for good")
    func unaskable() async {
        let bench = DeskBench(FakeSource())
        let outcomes = await bench.desk.answers(for: [Sample.domain("localhost")], until: bench.at(600))
        guard case .notChecked(_, isFinal: true) = outcomes[Sample.domain("localhost")] else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(bench.source.requests.isEmpty)
    }

    @Test("an indicator that whole answers leave out is unknown after the second")
    func silence() async throws {
        let bench = DeskBench(FakeSource { _ in [:] })
        let task = Task { await bench.desk.answers(for: [Sample.file("a")], until: bench.at(600)) }
        try await bench.advance(by: .milliseconds(5), until: "it is shared") { bench.shared.count == 1 }
        guard case .known(let reputation) = await task.value[Sample.file("a")] else {
            Issue.record("not known")
            return
        }
        #expect(reputation.verdict == .unknown)
        #expect(reputation.classification == nil)
        #expect(bench.source.requests.count == 2)
    }

    @Test("the end of the service ends the waiting, and says once when threat intelligence went away")
    func end() async throws {
        let bench = DeskBench(FakeSource(FakeSource.failure()))
        let task = Task { await bench.desk.answers(for: [Sample.file("a")], until: bench.at(600)) }
        try await bench.advance(until: "it was asked twice") { bench.source.requests.count > 1 }
        await bench.desk.end()
        guard case .notChecked = await task.value[Sample.file("a")] else {
            Issue.record("it became an answer")
            return
        }
        let lines = bench.log.lines.filter { $0.contains("threat intelligence does not answer") }
        #expect(lines.count == 1)
        #expect(bench.metrics.render().contains(#"riposte_reputation_lookups_total{endpoint="file_batch""#))
    }

    @Test("the end of the service does not wait for a Kafka that is away")
    func endWhileSharing() async throws {
        let kafka = FakeSource(isOpen: false)
        let bench = DeskBench(FakeSource(), batchSize: 1) { _ = await kafka.classify([]) }
        _ = await bench.desk.answers(for: [Sample.file("a")], until: bench.at(600))
        try await eventually("it is being shared") { kafka.requests.count == 1 }
        let isEnded = Collector<Bool>()
        Task {
            await bench.desk.end()
            isEnded.append(true)
        }
        try await eventually("it has ended") { isEnded.count == 1 }
        kafka.open()
    }
}
