internal import Kafka
internal import Model

/// How an operator mends a topic, to the letter: with Kafka's own commands, for what exists is never changed by us.
///
/// librdkafka before 2.2 can only set all settings of a topic at once, by which others would be lost.
struct TopicMending: Sendable {
    /// The brokers, as the commands need them.
    let servers: String

    /// A topic that is missing.
    var missing: String { "riposte topics apply creates it" }

    /// Settings of a topic that are not as they must be.
    func set(_ settings: [(name: String, value: String)], of topic: String) -> String {
        let all = settings.map { name, value in
            // A comma begins the next setting unless it stands in brackets.
            "\(name)=\(value.contains(",") ? "[\(value)]" : value)"
        }
        return "kafka-configs --bootstrap-server \(servers) --alter --entity-type topics --entity-name \(topic)"
            + " --add-config '\(all.joined(separator: ","))'"
    }

    /// A topic that has fewer partitions than it must have.
    func raise(_ topic: String, to count: Int) -> String {
        "kafka-topics --bootstrap-server \(servers) --alter --topic \(topic) --partitions \(count)"
    }

    /// A topic that has more partitions than it may have, which Kafka cannot take away.
    func remake(_ topic: String) -> String {
        "partitions cannot be taken away. Stop every service, and only if all that the topic holds may be forgotten:"
            + " kafka-topics --bootstrap-server \(servers) --delete --topic \(topic) && riposte topics apply"
    }
}
