import Cybereason
import JSON
import Model
import Runtime
import TestSupport
import Testing

@testable import Detector

@Suite("One poll")
struct PollerTests {
    let source = FakeSource()
    let published = Collector<Detection>()
    let now = Timestamp(rfc3339: "2026-11-22T10:00:00Z") ?? .now()

    func makePoller(lookback: Duration = .seconds(86_400)) -> Poller {
        Poller(
            source: source,
            book: DetectionBook(
                now: now, lookback: lookback, overlap: .seconds(3600),
                recheck: .seconds(300)),
            detailsConcurrency: 2, logger: Logger(label: "test", sink: .none), now: { [now] in now }
        ) { [published] in published.append($0) }
    }

    @Test("publishes a malop with its machines and suspects, hashes in lower case")
    func publishes() async throws {
        source.answer(.success(.rows("malop-1")))
        source.know("malop-1", .success(.with("malop-1", targets: "process-1")))
        let outcome = try await makePoller().poll()
        let detection = try #require(published.items.first)
        #expect(outcome == Poller.Outcome(published: 1, partial: nil))
        #expect(detection.malopId == "malop-1")
        #expect(detection.machines.map(\.name) == ["FIN-LAPTOP-7"])
        #expect(detection.suspects.map(\.sha1) == ["da39a3ee5e6b4b0d3255bfef95601890afd80709"])
        #expect(detection.detectionId.utf8.count == 32)
    }

    @Test("publishes nothing that was published before a restart")
    func restart() async throws {
        source.answer(.success(.rows("malop-1")))
        source.know("malop-1", .success(.with("malop-1", targets: "process-1")))
        _ = try await makePoller().poll()
        let restarted = makePoller()
        for detection in published.items { await restarted.remember(detection) }
        #expect(try await restarted.poll().published == 0)
    }

    @Test("publishes a malop that the console gives no details of, and says so in it")
    func detailsMissing() async throws {
        source.answer(.success(.rows("malop-1")))
        _ = try await makePoller().poll()
        #expect(published.items.map(\.detailsMissing) == ["no such malop"])
        #expect(published.items.first?.suspects.isEmpty == true)
    }

    @Test("leaves malops alone that changed before the look-back, and looks again when their status changes")
    func tooOld() async throws {
        source.answer(.success(.rows("old")))
        let longAgo = Timestamp(rfc3339: "2026-10-01T00:00:00Z")
        source.know("old", .success(.with("old", targets: "process-1", updatedAt: longAgo)))
        let poller = makePoller()
        #expect(try await poller.poll().published == 0)
        _ = try await poller.poll()
        #expect(source.lookedUp == ["old"])
        var row = FailedProtectionRow(malopID: "old", decisionStatuses: ["DDS_FAILED_TO_QUARANTINE"])
        row.displayName = "old"
        source.answer(.success(FailedProtectionAnswer(rows: [row], completeness: .whole)))
        source.know("old", .success(.with("old", targets: "process-1", updatedAt: now)))
        #expect(try await poller.poll().published == 1)
    }

    @Test("throws what stopped the console from answering, and publishes nothing")
    func away() async throws {
        source.answer(.failure(ConsoleError(.unavailable, "refused")))
        let poller = makePoller()
        await #expect(throws: ConsoleError.self) { try await poller.poll() }
        #expect(published.items.isEmpty)
    }
}
