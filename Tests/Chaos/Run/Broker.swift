import FoundationEssentials
import JSON
import Kafka
import Model
import Pipeline
import Runtime

/// The Kafka of a run, with topics of its own, and what the run itself writes to and reads from it.
final class Broker: Sendable {
    let connection: KafkaConnection
    let mock: MockCluster?
    let partitions: Int
    private let producer: KafkaProducer
    private let options: ChaosOptions

    /// What the embedded broker's 5 MB a partition hold at least, with the ledger's facts of each request.
    static let mockCapacity = 600

    init(_ options: ChaosOptions, _ tally: Tally) throws {
        self.options = options
        partitions = options.bootstrapServers == nil ? 4 : 6
        mock = options.bootstrapServers == nil ? try MockCluster() : nil
        if mock != nil, options.requests > Self.mockCapacity {
            throw ChaosError(
                "the embedded broker holds \(Self.mockCapacity) requests; set KAFKA_BOOTSTRAP_SERVERS for more")
        }
        let servers = mock?.bootstrapServers ?? options.bootstrapServers ?? ""
        let kafka = try KafkaConfiguration(bootstrapServers: servers, clientID: "chaos")
        let prefix = "chaos-\(options.seed)-\(UUID().uuidString.prefix(8).lowercased())."
        let settings = KafkaSettings(kafka: kafka, prefix: prefix, checksTopics: false)
        connection = KafkaConnection(
            settings, service: "chaos", logger: Logger(label: "chaos", level: .error), metrics: Metrics())
        producer = try KafkaProducer(kafka, linger: .zero)
    }

    var settings: KafkaSettings { connection.settings }

    /// Makes the topics and allows remediation: on a real broker as its operators do.
    func prepare(_ settings: ChaosSettings) async throws {
        guard let mock else {
            let code = try await CommandRun.riposte(
                ["topics", "apply", "--partitions", "\(partitions)", "--replicas", "1"], settings, options)
            guard code == .exited(0) else { throw ChaosError("riposte topics apply ended with \(code)") }
            return
        }
        for topic in Topics.all {
            try mock.createTopic(
                settings.prefix + topic.name, partitions: topic.partitionCount(shared: partitions))
        }
        try await halt(false, "the run begins")
    }

    /// Halts all remediation, or allows it again.
    func halt(_ on: Bool, _ reason: String) async throws {
        var control = ControlSwitch()
        control.on = on
        control.setBy = "chaos"
        control.reason = reason
        control.setAt = .now()
        try await connection.publisher(over: producer).publish(control, key: ControlSwitch.halt, to: Topics.control)
    }

    /// Publishes what a person has decided.
    func publish(_ decision: RemediationDecision) async throws {
        try await connection.publisher(over: producer).publish(
            decision, key: decision.requestId, to: Topics.decisions)
    }

    /// Publishes a record as an outsider does; where it stands.
    func publish(_ record: PlannedRecord) async throws -> RecordPosition {
        let outgoing = OutgoingRecord(
            topic: connection.name(of: Topics.requests), partition: record.partition.map { Int32($0 % partitions) },
            key: record.key.map { Array($0.utf8) }, value: record.value)
        guard let place = try await producer.send([outgoing]).first else { throw ChaosError("nothing was sent") }
        return place
    }

    /// Reads a topic from its beginning on until the task is cancelled.
    func follow(_ topic: TopicPlan, _ take: @escaping @Sendable ([KafkaRecord]) -> Void) throws -> Task<Void, Never> {
        let follower = try KafkaFollower(
            settings.kafka, group: "riposte.chaos", topic: settings.prefix + topic.name)
        return Task { try? await follower.run { take($0) } }
    }

    /// Crashes a real broker and starts it again; lets the embedded one answer very late for a while, for it does not
    /// survive it when members of a group come back on other connections.
    func strike(_ tally: Tally, _ out: TextOutput) async {
        if let mock {
            tally.brokerIsAway(isOver: false)
            mock.setRoundTrip(.milliseconds(900))
            try? await Task.sleep(for: .seconds(3))
            mock.setRoundTrip(.zero)
            tally.brokerIsAway(isOver: true)
            return
        }
        guard let command = options.brokerRestart else { return }
        tally.brokerIsAway(isOver: false)
        do {
            let code = try await CommandRun.shell(command, options)
            if code != .exited(0) { throw ChaosError("it ended with \(code)") }
            tally.brokerIsAway(isOver: true)
        } catch {
            tally.problem("CHAOS_BROKER_RESTART: \(error)")
        }
    }

    func close() async { await producer.close(within: .seconds(2)) }
}
