import Cybereason
import JSON
import Kafka
import Model
import Runtime
import Synchronization
import TestSupport
import Testing

@testable import Detector

@Suite("A detection that Kafka refuses")
struct RefusedDetectionTests {
    let source = FakeSource()
    let published = Collector<Detection>()

    init() {
        source.answer(.success(.rows("malop-1", "malop-2")))
        for malop in ["malop-1", "malop-2"] { source.know(malop, .success(.with(malop, targets: "process-1"))) }
    }

    /// Publishes what `check` lets through.
    func makePoller(_ check: @escaping @Sendable (Detection) throws -> Void) -> Poller {
        Poller(
            source: source,
            book: DetectionBook(now: .now(), lookback: .seconds(86_400), overlap: .zero, recheck: .seconds(300)),
            detailsConcurrency: 1, logger: Logger(label: "test", sink: .none)
        ) { [published] detection in
            try check(detection)
            published.append(detection)
        }
    }

    @Test("stops none of those behind it, and is tried again by the next poll")
    func goesOn() async throws {
        let refuses = Atomic(true)
        let poller = makePoller { detection in
            guard refuses.load(ordering: .relaxed), detection.malopId == "malop-1" else { return }
            throw KafkaError(.invalidRecord, "no")
        }
        let first = try await poller.poll()
        #expect(first.published == 1)
        #expect(first.partial?.contains("malop-1") == true)
        refuses.store(false, ordering: .relaxed)
        #expect(try await poller.poll() == Poller.Outcome(published: 1, partial: nil))
        #expect(published.items.map(\.malopId) == ["malop-2", "malop-1"])
    }

    @Test("for its size goes out without its command lines and says so, once")
    func tooLarge() async throws {
        var details = MalopDetails.with("malop-1", targets: "process-1")
        details.suspects[0].commandLine = String(repeating: "x", count: 5000)
        source.know("malop-1", .success(details))
        let poller = makePoller { detection in
            guard detection.json().count < 4000 else { throw KafkaError(.messageTooLarge) }
        }
        #expect(try await poller.poll() == Poller.Outcome(published: 2, partial: nil))
        #expect(try await poller.poll().published == 0)
        let cut = try #require(published.items.first)
        #expect(cut.incomplete == "command lines left out for their size")
        #expect(cut.suspects.map(\.guid) == ["process-1"])
        #expect(cut.detectionId == cut.completeID)
    }

    @Test("whatever is left out of it is only tried again by the next poll")
    func neverFits() async throws {
        let outcome = try await makePoller { _ in throw KafkaError(.messageTooLarge) }.poll()
        #expect(outcome.published == 0)
        #expect(outcome.partial?.contains("MSG_SIZE_TOO_LARGE") == true)
        #expect(source.lookedUp == ["malop-1", "malop-2"])
    }

    @Test("because the producer is at its end ends the poll", arguments: [true, false])
    func producerEnded(fatally: Bool) async throws {
        let poller = makePoller { _ in throw fatally ? KafkaError(.fatal, isFatal: true) : KafkaError(.closed) }
        await #expect(throws: KafkaError.self) { try await poller.poll() }
        #expect(source.lookedUp == ["malop-1"])
    }
}
