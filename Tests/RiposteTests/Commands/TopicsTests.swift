import FoundationEssentials
import JSON
import Kafka
import Model
import Runtime
import TestSupport
import Testing

@testable import Riposte

/// `riposte topics apply` and `check`.
@Suite struct TopicsTests {
    private static let hasBroker = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"] != nil

    @Test("every topic that is missing is made with the settings of the catalogue") func all() throws {
        let new = try TopicPlanning.missing(found: [], prefix: "p.", partitions: nil, replicas: 3)
        #expect(new.map(\.name) == Topics.all.map { "p." + $0.name })
        #expect(new.allSatisfy { $0.replicas == 3 })
        let ledger = try #require(new.first { $0.name == "p.remediation.ledger" })
        #expect(ledger.partitions == 1)
        #expect(ledger.settings["message.timestamp.type"] == "LogAppendTime")
        #expect(new.first { $0.name == "p.detections" }?.partitions == Topics.defaultPartitions)
    }

    @Test("a topic that exists is left alone, and the others take its number of partitions") func some() throws {
        let found = [TopicDescription(name: "p.detections", partitions: 5, settings: [:])]
        let new = try TopicPlanning.missing(found: found, prefix: "p.", partitions: nil, replicas: nil)
        #expect(!new.contains { $0.name == "p.detections" })
        #expect(new.first { $0.name == "p.reputations" }?.partitions == 5)
        #expect(new.allSatisfy { $0.replicas == -1 })
        #expect(throws: UsageError.self) {
            try TopicPlanning.missing(found: found, prefix: "p.", partitions: 6, replicas: nil)
        }
    }

    @Test("with all topics there, nothing is made") func none() throws {
        let found = Topics.all.map { TopicDescription(name: $0.name, partitions: 1, settings: [:]) }
        #expect(try TopicPlanning.missing(found: found, prefix: "", partitions: nil, replicas: nil).isEmpty)
    }

    @Test(
        "on a real broker, apply makes all topics and the first resume, once",
        .enabled(if: hasBroker, "KAFKA_BOOTSTRAP_SERVERS names no real broker; the embedded one has no administration"),
        .timeLimit(.minutes(2)))
    func apply() async throws {
        let fixture = try KafkaFixture.fromEnvironment()
        let prefix = fixture.unique("apply") + "."
        let run = CommandRun(
            environment: ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("KAFKA_") }
                .merging(["TOPIC_PREFIX": prefix, "USER": "operator"]) { _, new in new })
        #expect(await run.run("topics", "check") == .configuration)
        #expect(await run.run("topics", "apply", "--partitions", "3", "--replicas", "1") == .done)
        #expect(run.output.contains("remediation is allowed"))
        #expect(await run.run("topics", "check") == .done)
        let printed = run.lines.count
        #expect(await run.run("topics", "apply") == .done)
        #expect(run.lines.count == printed + 1)
        let switches = Collector<KafkaRecord>()
        try await KafkaReader.read(fixture.configuration, group: "test", topic: prefix + "control") {
            switches.append($0)
        }
        #expect(switches.count == 1)
        let first = try ControlSwitch(json: try #require(switches.items.first?.value))
        #expect(!first.on && first.setBy == "operator")
        _ = try await KafkaAdmin(fixture.configuration).delete(topics: Topics.all.map { prefix + $0.name })
    }
}
