import FoundationEssentials
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

@Suite("Checking topics") struct TopicCheckTests {
    private static let prefix = "p."

    /// All topics as they should be.
    private static var good: [TopicDescription] {
        Topics.all.map { plan in
            TopicDescription(
                name: prefix + plan.name, partitions: plan.partitionCount(shared: 6), settings: plan.configuration)
        }
    }

    private func problems(_ change: (inout [TopicDescription]) -> Void) -> [String] {
        var found = Self.good
        change(&found)
        return TopicCheck.problems(prefix: Self.prefix, found: found, servers: "k:9092")
    }

    private func change(
        _ topic: TopicPlan, _ body: @escaping (inout TopicDescription) -> Void
    ) -> [String] {
        problems { found in
            for index in found.indices where found[index].name == Self.prefix + topic.name { body(&found[index]) }
        }
    }

    @Test("Topics as planned will do, also with longer retention and other settings of the operator's")
    func good() {
        #expect(problems { _ in } == [])
        #expect(change(Topics.detections.description) { $0.settings["retention.ms"] = "-1" } == [])
        #expect(change(Topics.detections.description) { $0.settings["cleanup.policy"] = "delete, compact" } == [])
    }

    @Test("A topic that forgets within a day is refused", arguments: Topics.all.filter { $0.retentionDays != nil })
    func shortRetention(plan: TopicPlan) throws {
        #expect(change(plan) { $0.settings["retention.ms"] = "86400000" } == [])
        let problem = try #require(change(plan) { $0.settings["retention.ms"] = "60000" }.first)
        #expect(problem.hasPrefix("p.\(plan.name) has retention.ms=60000 and must have at least 86400000: "))
    }

    @Test("A missing topic is named with what makes it", arguments: Topics.all)
    func missing(plan: TopicPlan) {
        let problems = problems { $0.removeAll { $0.name == Self.prefix + plan.name } }
        #expect(problems == ["p.\(plan.name) does not exist: riposte topics apply creates it"])
    }

    @Test("No topic at all is a problem for each", arguments: [0])
    func none(_: Int) {
        #expect(problems { $0 = [] }.count == Topics.all.count)
    }

    @Test("A ledger or control topic with two partitions is refused, and is not mended in passing")
    func twoPartitions() {
        for plan in [Topics.ledger.description, Topics.control.description] {
            let problems = change(plan) { $0.partitions = 2 }
            #expect(
                problems == [
                    "p.\(plan.name) has 2 partitions and must have 1: partitions cannot be taken away. Stop every service, and"
                        + " only if all that the topic holds may be forgotten: kafka-topics --bootstrap-server k:9092"
                        + " --delete --topic p.\(plan.name) && riposte topics apply"
                ])
        }
    }

    @Test("Topics that share a number of partitions must all have it: that of most of them", arguments: [3, 7])
    func unequal(count: Int) {
        let problems = change(Topics.results.description) { $0.partitions = count }
        #expect(problems.count == 1)
        #expect(
            problems[0].hasPrefix("p.remediation.results has \(count) partitions and must have 6, as the others have: ")
        )
        let raise = "kafka-topics --bootstrap-server k:9092 --alter --topic p.remediation.results --partitions 6"
        #expect(problems[0].hasSuffix(raise) == (count < 6))
    }

    @Test("Also the first topic of the catalogue may be the odd one")
    func first() {
        let problems = change(Topics.detections.description) { $0.partitions = 1 }
        #expect(problems.count == 1 && problems[0].hasPrefix("p.detections has 1 partitions and must have 6"))
    }

    @Test("A ledger that Kafka would delete from, or stamp with the writers' clocks, is refused with all that is wrong")
    func settings() {
        let problems = change(Topics.ledger.description) {
            $0.settings["cleanup.policy"] = "delete"
            $0.settings["message.timestamp.type"] = nil
        }
        #expect(
            problems == [
                "p.remediation.ledger has cleanup.policy=delete and must have compact; "
                    + "has message.timestamp.type= and must have LogAppendTime: kafka-configs --bootstrap-server k:9092"
                    + " --alter --entity-type topics --entity-name p.remediation.ledger"
                    + " --add-config 'cleanup.policy=compact,message.timestamp.type=LogAppendTime'"
            ])
        let list = change(Topics.results.description) { $0.settings["cleanup.policy"] = "compact" }
        #expect(list.first?.hasSuffix("--add-config 'cleanup.policy=[compact,delete]'") == true)
    }

    @Test("A topic that would not take what is written to it is refused; one that takes more will do")
    func size() {
        for plan in [Topics.ledger.description, Topics.deadLetters.description, Topics.enrichedDetections.description] {
            #expect(change(plan) { $0.settings["max.message.bytes"] = "10485760" } == [])
            let problems = change(plan) { $0.settings["max.message.bytes"] = "1048588" }
            #expect(problems.count == 1)
            #expect(
                problems[0].hasPrefix(
                    "p.\(plan.name) has max.message.bytes=1048588 and must have at least 2097152: kafka-configs "))
        }
    }

    @Test("A ledger that may be compacted before its tombstones are all written is refused; any longer time will do")
    func compactionLag() throws {
        let ledger = Topics.ledger.description
        for enough in ["3600000", "86400000"] {
            #expect(change(ledger) { $0.settings["min.compaction.lag.ms"] = enough } == [])
        }
        for short in ["0", "3599999", nil] {
            let problems = change(ledger) { $0.settings["min.compaction.lag.ms"] = short }
            let problem = try #require(problems.first)
            #expect(
                problem.hasPrefix(
                    "p.remediation.ledger has min.compaction.lag.ms=\(short ?? "") and must have at least 3600000: "))
            #expect(problem.hasSuffix("--add-config 'min.compaction.lag.ms=604800000'"))
        }
        #expect(change(Topics.results.description) { $0.settings["min.compaction.lag.ms"] = "0" } == [])
    }

    @Test("Problems are a wrong configuration")
    func exitCode() {
        let problems = TopicProblems(problems: ["a", "b"])
        #expect(problems.exitCode == ExitCode.configuration)
        #expect(problems.description == "topics are not as they must be:\n  - a\n  - b")
    }

    @Test("Without a check the number of partitions is still learned, and a missing topic is still one", .mockKafka)
    func unchecked() async throws {
        let deployment = try await Deployment(partitions: 5)
        #expect(try await deployment.connection.checkTopics() == 5)
    }

    @Test(
        "On a real broker: as planned, then missing, then with a wrong policy", .kafka,
        .enabled(if: ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"] != nil))
    func realBroker() async throws {
        let deployment = try await Deployment(partitions: 2)
        #expect(try await deployment.connection.checkTopics() == 2)
        let elsewhere = KafkaConnection(
            KafkaSettings(kafka: deployment.settings.kafka, prefix: deployment.settings.prefix + "no."),
            service: "test", logger: deployment.connection.logger, metrics: Metrics())
        let missing = await #expect(throws: TopicProblems.self) { try await elsewhere.checkTopics() }
        #expect(missing?.problems.count == Topics.all.count)
        let admin = try KafkaAdmin(deployment.settings.kafka)
        try await admin.setSettings(
            ["cleanup.policy": "delete"], of: deployment.connection.name(of: Topics.ledger))
        try await eventually("the change is seen") {
            do {
                _ = try await deployment.connection.checkTopics()
                return false
            } catch let problems as TopicProblems {
                return problems.problems.count == 1 && problems.problems[0].contains("must have compact")
            }
        }
    }
}
