internal import JSON
internal import Kafka
internal import Model
internal import Pipeline
internal import Runtime

/// The embedded broker with every topic, and what the sandbox itself writes to and reads from it.
final class SandboxCluster: Sendable {
    let connection: KafkaConnection
    private let cluster: MockCluster
    private let producer: KafkaProducer

    /// How many partitions the shared topics have: enough to show that keys are spread, few enough to start at once.
    private static let partitions = 3

    /// Starts the broker and makes the topics.
    init(logger: Logger) throws {
        cluster = try MockCluster()
        let kafka = try KafkaConfiguration(bootstrapServers: cluster.bootstrapServers, clientID: "riposte")
        let settings = KafkaSettings(kafka: kafka, checksTopics: false)
        connection = KafkaConnection(settings, service: "cli", logger: logger, metrics: Metrics())
        for topic in Topics.all {
            try cluster.createTopic(
                settings.prefix + topic.name, partitions: topic.partitionCount(shared: Self.partitions))
        }
        producer = try KafkaProducer(kafka, linger: .zero, giveUpAfter: .seconds(30))
    }

    var bootstrapServers: String { cluster.bootstrapServers }

    /// Writes the first resume: without one, remediation counts as halted.
    func allow() async throws {
        let resume = ControlCommands.control(
            on: false, by: "riposte sandbox", reason: "the sandbox begins", at: .now())
        try await connection.publisher(over: producer).publish(resume, key: ControlSwitch.halt, to: Topics.control)
    }

    /// Publishes a request as an outsider does: its body as it stands, without a key and without headers.
    func publish(_ request: Play.Request) async throws -> RecordPosition {
        let record = OutgoingRecord(
            topic: connection.name(of: Topics.requests), key: nil, value: request.body.bytes)
        guard let place = try await producer.send([record]).first else { throw SandboxError("nothing was sent") }
        return place
    }

    /// Publishes a request as `riposte undo` does.
    func publish(_ request: RemediationRequest) async throws {
        try await connection.publisher(over: producer)
            .publish(request, key: request.requestId ?? "", to: Topics.requests)
    }

    /// Publishes a decision as an approver does.
    func publish(_ decision: RemediationDecision) async throws {
        try await connection.publisher(over: producer)
            .publish(decision, key: decision.requestId, to: Topics.decisions)
    }

    /// Follows what happens until the task is cancelled. Returns when every topic is followed from its beginning.
    func follow(_ tell: @escaping @Sendable (Happening) -> Void) async throws -> [Task<Void, any Error>] {
        [
            try await follow(Topics.detections, tell) { .detection($0) },
            try await follow(Topics.enrichedDetections, tell) { .enriched($0) },
            try await follow(Topics.requests, tell) { .request($0) },
            try await follow(Topics.results, tell) { .result($0) },
            try await follow(Topics.decisions, tell) { .decision($0) },
            try await follow(Topics.deadLetters, tell) { .deadLetter($0) },
        ]
    }

    private func follow<Message>(
        _ topic: Topic<Message>, _ tell: @escaping @Sendable (Happening) -> Void,
        _ happening: @escaping @Sendable (Message) -> Happening
    ) async throws -> Task<Void, any Error> {
        let follower = try connection.follower(of: topic)
        let reading = Task {
            try await follower.run { records in
                for record in records where record.value != nil {
                    do throws(Unusable) {
                        tell(happening(try RecordReader.read(record, as: Message.self)))
                    } catch {
                        tell(.unreadable(topic: record.topic, reason: "\(error)"))
                    }
                }
            }
        }
        try await follower.caughtUp()
        return reading
    }

    func close() async { await producer.close() }
}
