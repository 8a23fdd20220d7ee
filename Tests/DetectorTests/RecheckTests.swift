import Cybereason
import JSON
import Model
import Runtime
import TestSupport
import Testing

@testable import Detector

/// Which malops a poll asks the console about. Each look is a request, and the console's query tells of the same malops
/// poll after poll.
@Suite("A malop that was looked at")
struct RecheckTests {
    let source = FakeSource()
    let published = Collector<Detection>()
    let clock = ManualClock()
    let start = Timestamp(rfc3339: "2026-11-22T10:00:00Z") ?? .now()

    var now: Timestamp { start + clock.now.offset }

    /// Without an overlap, which would hide a start that moves on too far.
    func makePoller(recheck: Duration = .seconds(300)) -> Poller {
        Poller(
            source: source,
            book: DetectionBook(now: start, lookback: .seconds(86_400), overlap: .zero, recheck: recheck),
            detailsConcurrency: 8, logger: Logger(label: "test", sink: .none),
            now: { [start, clock] in start + clock.now.offset }
        ) { [published] in published.append($0) }
    }

    /// Polls so many times, always after a pause; how often details were asked for each time.
    @discardableResult
    func poll(_ poller: Poller, times: Int = 1, every pause: Duration = .zero) async throws -> [Int] {
        var looks: [Int] = []
        for _ in 1...times {
            clock.advance(by: pause)
            let before = source.lookedUp.count
            _ = try await poller.poll()
            looks.append(source.lookedUp.count - before)
        }
        return looks
    }

    func answer(name: String = "", _ statuses: String...) {
        let row = FailedProtectionRow(malopID: "malop-1", displayName: name, decisionStatuses: statuses)
        source.answer(.success(FailedProtectionAnswer(rows: [row], completeness: .whole)))
    }

    @Test("is left alone while its row stays the same, and looked at once more in each recheck period")
    func leftAlone() async throws {
        answer("DDS_FAILED_TO_PREVENT", "DDS_PREVENTED")
        source.know("malop-1", .success(.with("malop-1", targets: "process-1")))
        let poller = makePoller()
        #expect(try await poll(poller) == [1])
        answer("DDS_PREVENTED", "DDS_FAILED_TO_PREVENT")
        for _ in 1...3 {
            #expect(try await poll(poller, times: 30, every: .seconds(10)).reduce(0, +) == 1)
        }
        #expect(published.count == 1)
    }

    @Test("is published again after the recheck when its details changed behind the same row")
    func revision() async throws {
        source.answer(.success(.rows("malop-1")))
        source.know("malop-1", .success(.with("malop-1", targets: "process-1", updatedAt: start)))
        let poller = makePoller()
        try await poll(poller)
        clock.advance(by: .seconds(1))
        source.know("malop-1", .success(.with("malop-1", targets: "process-1", "process-2", updatedAt: now)))
        try await poll(poller, times: 30, every: .seconds(10))
        #expect(published.items.map(\.suspects.count) == [1, 2])
        #expect(Set(published.items.map(\.revision)).count == 2)
    }

    @Test("is looked at at once when its row changes", arguments: ["statuses", "name"])
    func changed(what: String) async throws {
        answer(name: "invoice.exe", "DDS_FAILED_TO_PREVENT")
        source.know("malop-1", .success(.with("malop-1", targets: "process-1")))
        let poller = makePoller()
        try await poll(poller)
        if what == "name" {
            answer(name: "inv_2291.exe", "DDS_FAILED_TO_PREVENT")
        } else {
            answer(name: "invoice.exe", "DDS_FAILED_TO_PREVENT", "DDS_FAILED_TO_QUARANTINE")
        }
        #expect(try await poll(poller, times: 2) == [1, 0])
        #expect(published.count == (what == "name" ? 1 : 2))
    }

    @Test("is looked at at every poll until its details are whole", arguments: [true, false])
    func partial(partly: Bool) async throws {
        source.answer(.success(.rows("malop-1")))
        if partly {
            var details = MalopDetails.with("malop-1", targets: "process-1")
            details.completeness = .partial(PartialReason(.pageMissing, "hashes: time-out"))
            source.know("malop-1", .success(details))
        }
        let poller = makePoller()
        #expect(try await poll(poller, times: 3) == [1, 1, 1])
        source.know("malop-1", .success(.with("malop-1", targets: "process-1")))
        #expect(try await poll(poller, times: 3) == [1, 0, 0])
        #expect(published.count == 2)
    }

    @Test("and changed is not settled by the look before the change")
    func unsettled() async throws {
        answer("DDS_FAILED_TO_PREVENT")
        source.know("malop-1", .success(.with("malop-1", targets: "process-1")))
        let poller = makePoller()
        try await poll(poller)
        answer("DDS_FAILED_TO_QUARANTINE")
        source.know("malop-1", .failure(ConsoleError(.unavailable, "time-out")))
        try await poll(poller)
        answer("DDS_FAILED_TO_PREVENT")
        #expect(try await poll(poller) == [1])
    }

    @Test("is one of many that are looked at again: not all at one moment, and each once in a period")
    func spread() async throws {
        let malops = (1...500).map { "11.27181617272211\($0)" }
        let rows = malops.map { FailedProtectionRow(malopID: $0) }
        source.answer(.success(FailedProtectionAnswer(rows: rows, completeness: .whole)))
        for malop in malops { source.know(malop, .success(.with(malop, targets: "process-1"))) }
        let poller = makePoller()
        #expect(try await poll(poller) == [500])
        for _ in 1...3 {
            let looks = try await poll(poller, times: 5, every: .seconds(60))
            #expect(looks.reduce(0, +) == 500)
            #expect(looks.allSatisfy { (50...150).contains($0) }, "\(looks)")
        }
    }

    @Test("is looked at at every poll if the setting says so")
    func never() async throws {
        source.answer(.success(.rows("malop-1")))
        source.know("malop-1", .success(.with("malop-1", targets: "process-1")))
        #expect(try await poll(makePoller(recheck: .zero), times: 3) == [1, 1, 1])
    }
}
