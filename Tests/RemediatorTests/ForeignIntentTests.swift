import JSON
import Kafka
import Model
import Pipeline
import TestSupport
import Testing

@testable import Remediator

@Suite("An intent without an outcome, whoever wrote it")
struct ForeignIntentTests {
    private func intent(by writer: String) -> LedgerFact {
        LedgerFact(.intent, of: "one", attempt: 1, writer: writer, at: .now())
    }

    @Test(
        "one of a process that died is uncertain after the window, and sent once more when the console has not got it")
    func dead() async throws {
        try await Bench.run(allowed: false) { bench in
            try await bench.startRemediator()
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is held") { $0.phase == .held }
            let fact = intent(by: "dead")
            try await bench.publish(fact, key: fact.key, to: Topics.ledger)
            try await bench.halt(false)
            try await bench.request("one", "is uncertain") { $0.phase == .uncertain && $0.reason == .interrupted }
            let request = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            #expect(request.wasNotThere && bench.journal.count == 1)
        }
    }

    @Test("one of our own that nothing followed was not sent, and the next attempt is")
    func own() async throws {
        try await Bench.run(allowed: false) { bench in
            try await bench.startRemediator()
            try await bench.publish(GuardrailTests.body("one"))
            try await bench.request("one", "is held") { $0.phase == .held }
            try await eventually("its facts are read") { bench.writers.count == 1 }
            let writer = try #require(bench.writers.first)
            #expect(writer.hasPrefix("remediator") && !writer.contains("/"))
            let fact = intent(by: writer)
            try await bench.publish(fact, key: fact.key, to: Topics.ledger)
            try await bench.request("one", "was not sent") { $0.attempt == 1 && $0.isWaiting }
            try await bench.halt(false)
            let request = try await bench.request("one", "is submitted") { $0.phase == .submitted }
            // On a busy machine an attempt may come too late for its window, and is then followed by another.
            #expect(request.attempt > 1, "\(request)")
            #expect(bench.journal.count == 1)
        }
    }

    @Test("what the log says of its place decides, and of two equal records the first counts")
    func allows() {
        var story = CourseStory()
        #expect(Executor.allows(.allowed, nil, 1, by: "one"))
        #expect(!Executor.allows(.void(.tooLate), story.request, 1, by: "one"))
        story.intend()
        #expect(Executor.allows(.void(.tooLate), story.request, 1, by: "one"))
        #expect(!Executor.allows(.void(.tooLate), story.request, 2, by: "one"))
        #expect(!Executor.allows(.void(.tooLate), story.request, 1, by: "two"))
        story.write(FactDraft(.uncertain, attempt: 1))
        #expect(!Executor.allows(.void(.tooLate), story.request, 1, by: "one"))
    }
}
