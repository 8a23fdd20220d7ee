import FoundationEssentials
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@Suite("How long requests are remembered") struct RequestMemoryTests {
    private static let day: Int64 = 86_400_000

    private func problem(days: Int, retention: String?, segment: String? = nil) -> String? {
        var settings: [String: String] = [:]
        settings["retention.ms"] = retention
        settings["segment.ms"] = segment
        let topic = TopicDescription(name: "p.remediation.requests", partitions: 1, settings: settings)
        return RequestMemory(.seconds(days * 86_400), setting: "FORGET_MS").problem(with: topic)
    }

    @Test("The topic as planned goes with fourteen days")
    func planned() {
        #expect(problem(days: 14, retention: "\(7 * Self.day)") == nil)
        #expect(problem(days: 14, retention: "\(7 * Self.day)", segment: "\(7 * Self.day)") == nil)
    }

    @Test("A record lives for the retention and its segment's time together")
    func tooLong() {
        #expect(problem(days: 14, retention: "\(8 * Self.day)", segment: "\(6 * Self.day)") == nil)
        #expect(
            problem(days: 14, retention: "\(8 * Self.day)", segment: "\(7 * Self.day)")
                == "p.remediation.requests has retention.ms=691200000 and segment.ms=604800000, so a record of it may be read"
                + " that long, but an ended request is forgotten after FORGET_MS=1209600000: set FORGET_MS to at least"
                + " 1296000000, or the topic's retention.ms lower")
    }

    @Test("No memory is long enough for records that are kept for ever", arguments: ["-1", "", nil])
    func unlimited(retention: String?) {
        let problem = problem(days: 100_000, retention: retention)
        #expect(problem?.contains("keeps records for ever") == true)
        #expect(problem?.contains("FORGET_MS") == true)
    }

    @Test("The largest numbers that Kafka takes do no harm")
    func largest() {
        #expect(problem(days: 14, retention: "\(Int64.max)", segment: "\(Int64.max)") != nil)
    }

    @Test(
        "On a real broker: a service's topics are refused for a short memory", .kafka,
        .enabled(if: ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"] != nil))
    func realBroker() async throws {
        let deployment = try await Deployment(partitions: 2)
        let long = RequestMemory(.seconds(14 * 86_400), setting: "FORGET_MS")
        #expect(try await deployment.connection.checkTopics(remembering: long) == 2)
        let short = RequestMemory(.seconds(86_400), setting: "FORGET_MS")
        let problems = await #expect(throws: TopicProblems.self) {
            try await deployment.connection.checkTopics(remembering: short)
        }
        #expect(problems?.problems.count == 1)
        #expect(problems?.exitCode == .configuration)
    }
}
