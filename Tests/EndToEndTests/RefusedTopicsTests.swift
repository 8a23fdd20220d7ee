import FoundationEssentials
import Kafka
import Model
import Pipeline
import Runtime
import TestSupport
import Testing

/// Every service refuses to start on topics that would not be safe, and says what is wrong with which.
@Suite(
    .kafka, .timeLimit(.minutes(5)),
    .enabled(
        if: ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"] != nil,
        "KAFKA_BOOTSTRAP_SERVERS names no real broker; the embedded one has no administration"))
struct RefusedTopicsTests {
    /// How topics can be wrong, and what is said of it.
    enum Wrong: String, CaseIterable, Sendable {
        case notCompacted, twoPartitions, ownClock, missing, fewer, small

        func make(_ deployment: Deployment, _ admin: KafkaAdmin) async throws {
            let ledger = deployment.connection.name(of: Topics.ledger)
            switch self {
            case .notCompacted: try await admin.setSettings(["cleanup.policy": "delete"], of: ledger)
            case .twoPartitions: try await admin.setPartitions(2, of: ledger)
            case .ownClock: try await admin.setSettings(["message.timestamp.type": "CreateTime"], of: ledger)
            case .missing:
                _ = try await admin.delete(topics: [deployment.connection.name(of: Topics.reputations)])
            case .fewer:
                for plan in Topics.all where plan.partitions == .shared && plan.name != Topics.results.description.name
                {
                    try await admin.setPartitions(3, of: deployment.settings.prefix + plan.name)
                }
            case .small: try await admin.setSettings(["max.message.bytes": "1048588"], of: ledger)
            }
        }

        var words: String {
            switch self {
            case .notCompacted: "remediation.ledger has cleanup.policy=delete and must have compact: kafka-configs "
            case .twoPartitions: "remediation.ledger has 2 partitions and must have 1: partitions cannot be taken away"
            case .ownClock:
                "remediation.ledger has message.timestamp.type=CreateTime and must have LogAppendTime: kafka-"
            case .missing: "reputations does not exist: riposte topics apply creates it"
            case .fewer: "remediation.results has 2 partitions and must have 3, as the others have: kafka-topics "
            case .small:
                "remediation.ledger has max.message.bytes=1048588 and must have at least 2097152: kafka-configs "
            }
        }
    }

    @Test("with exit code 78 and one line of error", arguments: Wrong.allCases)
    func refused(_ wrong: Wrong) async throws {
        let deployment = try await Deployment(partitions: 2)
        let admin = try KafkaAdmin(deployment.settings.kafka)
        try await wrong.make(deployment, admin)
        try await eventually("the change is seen") {
            do {
                _ = try await deployment.connection.checkTopics()
                return false
            } catch let problems as TopicProblems {
                return problems.problems.count == 1 && "\(problems)".contains(wrong.words)
            }
        }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("policy-\(UUID().uuidString)")
        try Data(OutageWorld.policy.utf8).write(to: directory)
        defer { try? FileManager.default.removeItem(at: directory) }
        let settings = OutageSettings(
            kafka: deployment.environment, console: "http://127.0.0.1:1", intelligence: "http://127.0.0.1:1",
            passwordFile: directory.path, policyFile: directory.path)
        for service in OutageBench.names {
            let process = try await OutageProcess(service, environment: settings.environment(of: service))
            try await eventually("\(service) has ended") { process.ending != nil }
            #expect(process.ending == .exited(78), "\(service): \(process.log)")
            try await eventually("\(service) has said why") { !errors(process).isEmpty }
            #expect(errors(process).count == 1, "\(service): \(errors(process))")
            #expect(errors(process).first?.contains(wrong.words) == true, "\(service): \(errors(process))")
        }
    }

    private func errors(_ process: OutageProcess) -> [String] {
        // That there is no console either is none of its business.
        process.log.filter { $0.contains(#""level":"error""#) && !$0.contains(#""logger":"console""#) }
    }

    @Test("topics apply makes them, says of one that is wrong what mends it, and that mends it")
    func mended() async throws {
        let deployment = try await Deployment(partitions: 2)
        let admin = try KafkaAdmin(deployment.settings.kafka)
        let ledger = deployment.connection.name(of: Topics.ledger)
        try await admin.setSettings(["cleanup.policy": "delete"], of: ledger)
        func apply() async throws -> (ending: ChildProcess.Status?, log: [String]) {
            let process = try await OutageProcess(
                "riposte", arguments: ["topics", "apply"], environment: deployment.environment)
            try await eventually("it has ended") { process.ending != nil && !process.log.isEmpty }
            return (process.ending, process.log)
        }
        let said = Collector<String>()
        try await eventually("it is seen") {
            let wrong = try await apply()
            said.append(wrong.log)
            return wrong.ending == .exited(78)
        }
        #expect(said.items.last?.contains("--entity-name \(ledger) --add-config 'cleanup.policy=compact'") == true)
        try await admin.setSettings(["cleanup.policy": "compact"], of: ledger)
        try await eventually("it is mended") { try await apply().ending == .exited(0) }
    }
}
