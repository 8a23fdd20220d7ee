import Cybereason
import JSON
import Model
import Runtime
import TestSupport
import Testing

@testable import Detector

@Suite("A poll that is not whole")
struct PartialPollTests {
    let source = FakeSource()
    let published = Collector<Detection>()
    let now = Timestamp(rfc3339: "2026-11-22T10:00:00Z") ?? .now()

    /// A detector as it starts: it knows what was published before.
    func makePoller() async -> Poller {
        let poller = Poller(
            source: source,
            book: DetectionBook(
                now: now, lookback: .seconds(86_400), overlap: .seconds(3600),
                recheck: .seconds(300)),
            detailsConcurrency: 2, logger: Logger(label: "test", sink: .none), now: { [now] in now }
        ) { [published] in published.append($0) }
        for detection in published.items { await poller.remember(detection) }
        return poller
    }

    @Test("publishes the rows of a partial answer and says that it was partial")
    func partialAnswer() async throws {
        let reason = PartialReason(.partialSuccess, "one server did not answer")
        source.answer(.success(.rows("malop-1", completeness: .partial(reason))))
        source.know("malop-1", .success(.with("malop-1", targets: "process-1")))
        let outcome = try await makePoller().poll()
        #expect(outcome == Poller.Outcome(published: 1, partial: "one server did not answer"))
    }

    @Test("publishes a malop whose details were out of reach when they are back, also after a restart and hours later")
    func detailsAway() async throws {
        source.answer(.success(.rows("old", "new")))
        source.know("old", .failure(ConsoleError(.unavailable, "time-out")))
        source.know("new", .success(.with("new", targets: "process-2", updatedAt: now)))
        let first = try await makePoller().poll()
        #expect(first.published == 1)
        #expect(first.partial != nil)
        let hoursAgo = now - .seconds(8 * 3600)
        source.know("old", .success(.with("old", targets: "process-1", updatedAt: hoursAgo)))
        #expect(try await makePoller().poll() == Poller.Outcome(published: 1, partial: nil))
        #expect(published.items.map(\.malopId) == ["new", "old"])
    }

    @Test("a whole poll lets the next one begin later, also after a restart")
    func whole() async throws {
        source.answer(.success(.rows("first")))
        source.know("first", .success(.with("first", targets: "process-1")))
        let poller = await makePoller()
        _ = try await poller.poll()
        source.answer(.success(.rows("second")))
        source.know("second", .success(.with("second", targets: "process-2")))
        _ = try await poller.poll()
        #expect(published.items.map(\.resumeFrom) == [now - .seconds(86_400), now - .seconds(3600)])
        source.answer(.success(.rows("old")))
        source.know("old", .success(.with("old", targets: "process-3", updatedAt: now - .seconds(7200))))
        #expect(try await makePoller().poll() == Poller.Outcome(published: 0, partial: nil))
    }

    @Test("details in part are published as that, once; and again when they are whole, with what was missing")
    func partialDetails() async throws {
        var details = MalopDetails.with("malop-1", targets: "process-1")
        details.suspects[0].sha1 = nil
        details.completeness = .partial(PartialReason(.pageMissing, "hashes: time-out"))
        source.answer(.success(.rows("malop-1")))
        source.know("malop-1", .success(details))
        let poller = await makePoller()
        #expect(
            try await poller.poll() == Poller.Outcome(published: 1, partial: "details of malop-1: hashes: time-out"))
        #expect(try await poller.poll().published == 0)
        source.know("malop-1", .success(.with("malop-1", targets: "process-1")))
        let restarted = await makePoller()
        #expect(try await restarted.poll() == Poller.Outcome(published: 1, partial: nil))
        #expect(published.items.map(\.incomplete) == ["hashes: time-out", nil])
        #expect(published.items.map { $0.suspects.first?.sha1 != nil } == [false, true])
        #expect(Set(published.items.map(\.revision)).count == 1)
        source.know("malop-1", .success(details))
        #expect(try await restarted.poll().published == 0)
    }
}
