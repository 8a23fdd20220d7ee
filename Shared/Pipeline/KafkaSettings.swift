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
    public let kafka: KafkaConfiguration
    public let prefix: String
    public let checksTopics: Bool

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
    }

    private static func configuration(
        _ servers: String, _ reader: inout ConfigurationReader, _ clientID: String
    ) -> KafkaConfiguration {
        do throws(KafkaConfigurationError) {
            // Without servers the reader has its problem already; the rest is still looked at.
            var environment = reader.environment
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
