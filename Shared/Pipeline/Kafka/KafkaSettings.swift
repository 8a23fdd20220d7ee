public import Kafka
public import Model
public import Runtime

/// Where Kafka is and how its topics are called: what every service reads first.
///
/// ## Configuration keys
/// - `KAFKA_BOOTSTRAP_SERVERS` and `KAFKA_…`: see ``KafkaConfiguration``.
/// - `TOPIC_PREFIX`: what every topic's name begins with.
/// - `TOPICS_CHECK`: `off` only where Kafka has no admin interface, as the embedded broker.
public struct KafkaSettings: Sendable {
    /// How to reach Kafka.
    public let kafka: KafkaConfiguration
    /// What every topic's name begins with.
    public let prefix: String
    /// Whether the topics' settings are checked at start.
    public let checksTopics: Bool

    /// Settings by their parts.
    public init(kafka: KafkaConfiguration, prefix: String = Topics.defaultPrefix, checksTopics: Bool = true) {
        self.kafka = kafka
        self.prefix = prefix
        self.checksTopics = checksTopics
    }

    /// Reads the settings; what is wrong with them is collected by the reader.
    public init(reading reader: inout ConfigurationReader, clientID: String) {
        let servers = reader.string(
            "KAFKA_BOOTSTRAP_SERVERS", "Brokers to start from, host:port, several separated by commas")
        reader.passThrough(
            prefix: "KAFKA_", "Any other librdkafka setting, its dots as underscores; with _FILE from a file")
        prefix = reader.string(
            "TOPIC_PREFIX", "What the name of every topic begins with", default: Topics.defaultPrefix)
        checksTopics = reader.bool(
            "TOPICS_CHECK", "Whether to check the topics' settings at start; off for the embedded broker alone",
            default: true)
        kafka = Self.configuration(servers, &reader, clientID)
        if let problem = Self.problem(prefix: prefix) { reader.problem("TOPIC_PREFIX", problem) }
    }

    /// What Kafka would refuse in a topic's name, which comes as an obscure error otherwise.
    private static func problem(prefix: String) -> String? {
        let isAllowed = prefix.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
        guard isAllowed, prefix.utf8.count <= 200 else {
            return "'\(prefix)' is not allowed. Allowed: at most 200 of letters, digits, dot, underscore and hyphen"
        }
        return nil
    }

    private static func configuration(
        _ servers: String, _ reader: inout ConfigurationReader, _ clientID: String
    ) -> KafkaConfiguration {
        do throws(KafkaConfigurationError) {
            // Without servers the reader has its problem already; the rest is still looked at.
            // A key that is set to nothing counts as not set, here as everywhere.
            var environment = reader.environment.filter { !$0.key.hasPrefix("KAFKA_") || !$0.value.isEmpty }
            if servers.isEmpty { environment["KAFKA_BOOTSTRAP_SERVERS"] = placeholder }
            return try KafkaConfiguration(environment: environment, defaultClientID: clientID)
        } catch {
            for problem in error.problems { reader.problem("KAFKA", problem) }
            return unusable
        }
    }

    private static let placeholder = "127.0.0.1:9092"

    /// Stands in after a problem, until the reader's `finish()` throws.
    private static var unusable: KafkaConfiguration {
        do throws(KafkaConfigurationError) {
            return try KafkaConfiguration(bootstrapServers: placeholder)
        } catch {
            preconditionFailure("a configuration of one address is always valid: \(error)")
        }
    }
}
