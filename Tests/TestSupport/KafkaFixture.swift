internal import FoundationEssentials
public import Kafka

/// The Kafka that a test runs against: its own mock cluster, or the broker that `KAFKA_BOOTSTRAP_SERVERS` names.
public struct KafkaFixture: Sendable {
    /// How to reach it.
    public let configuration: KafkaConfiguration
    /// The mock cluster, to inject errors into; nil on a real broker.
    public let mock: MockCluster?
    private let suffix = UUID().uuidString.prefix(8).lowercased()

    /// A mock cluster of its own.
    public static func mock(brokers: Int = 1) throws -> KafkaFixture {
        let mock = try MockCluster(brokers: brokers)
        return KafkaFixture(
            configuration: try KafkaConfiguration(bootstrapServers: mock.bootstrapServers, clientID: "test"), mock: mock
        )
    }

    /// The real broker that the environment names, or else a mock cluster.
    public static func fromEnvironment() throws -> KafkaFixture {
        let environment = ProcessInfo.processInfo.environment
        guard environment["KAFKA_BOOTSTRAP_SERVERS"] != nil else { return try mock() }
        return KafkaFixture(
            configuration: try KafkaConfiguration(environment: environment, defaultClientID: "test"), mock: nil)
    }

    /// How to reach it, with further settings of librdkafka.
    public func configuration(_ settings: [String: String]) throws -> KafkaConfiguration {
        try KafkaConfiguration(
            bootstrapServers: configuration.bootstrapServers, clientID: configuration.clientID,
            settings: configuration.settings.merging(settings) { _, new in new })
    }

    /// A name that no other test uses, for a topic or a group.
    public func unique(_ name: String) -> String { "\(name)-\(suffix)" }

    /// Makes a topic under a name that no other test uses, and gives that name.
    public func createTopic(
        _ name: String, partitions: Int = 1, settings: [String: String] = [:]
    ) async throws -> String {
        let topic = unique(name)
        if let mock {
            try mock.createTopic(topic, partitions: partitions)
        } else {
            let admin = try KafkaAdmin(configuration)
            let new = NewTopic(name: topic, partitions: partitions, replicas: 1, settings: settings)
            for error in try await admin.create([new]).values { throw error }
            // The answer comes before every broker knows the topic.
            try await eventually("\(topic) exists") { try await admin.partitionCount(of: topic) == partitions }
        }
        return topic
    }
}
