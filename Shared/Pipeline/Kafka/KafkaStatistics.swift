internal import JSON
internal import Kafka
internal import Runtime

/// Makes of librdkafka's statistics how many brokers are up, and where the partitions begin that are consumed.
struct KafkaStatistics: Sendable {
    private let lag: ConsumerLag
    private let brokers: MetricFamily<Gauge>

    init(metrics: Metrics, lag: ConsumerLag) {
        self.lag = lag
        brokers = metrics.gauges(
            "kafka_connected_brokers", help: "Brokers that the newest client of this type is connected to.",
            labels: ["client"])
    }

    /// Takes one statistics object; one that cannot be read is left out, the next comes in seconds.
    func take(_ bytes: [UInt8]) {
        try? withJSON(bytes, limits: .platform) { (root) throws(JSONError) in
            let client = root["type"]?.asString ?? "unknown"
            if let found = root["brokers"] {
                brokers.with(client).set(found.members.count { Self.isUp($0.value) })
            }
            // A producer too lists the partitions that it writes to.
            guard client == "consumer", let topics = root["topics"] else { return }
            for topic in topics.members { take(topic.key, topic.value) }
        }
    }

    /// The addresses to start from and the group's coordinator are listed beside the brokers that they are, without an
    /// id of their own.
    private static func isUp(_ broker: JSONValue) -> Bool {
        broker["state"]?.asString == "UP" && broker["nodeid"]?.asInt64 ?? -1 >= 0
    }

    private func take(_ topic: String, _ value: JSONValue) {
        guard let partitions = value["partitions"] else { return }
        for partition in partitions.members {
            guard let number = Int32(partition.key), number >= 0 else { continue }
            lag.take(TopicPartition(topic: topic, partition: number), partition.value)
        }
    }
}
