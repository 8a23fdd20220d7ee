internal import JSON
internal import Runtime

/// Makes metrics of librdkafka's statistics: how many brokers are up, and the lag of each partition that is consumed.
struct KafkaStatistics: Sendable {
    private let lag: MetricFamily<Gauge>
    private let brokersUp: MetricFamily<Gauge>

    init(metrics: Metrics) {
        lag = metrics.gauges(
            "kafka_consumer_lag_records", help: "Records between the group's position and the end of the partition.",
            labels: ["topic", "partition"])
        brokersUp = metrics.gauges(
            "kafka_brokers_up", help: "Brokers that the newest client of this type is connected to.",
            labels: ["client"])
    }

    /// Takes one statistics object; one that cannot be read is left out, the next comes in seconds.
    func take(_ bytes: [UInt8]) {
        try? withJSON(bytes, limits: .platform) { (root) throws(JSONError) in
            let client = root["type"]?.asString ?? "unknown"
            if let brokers = root["brokers"] {
                brokersUp.with(client).set(brokers.members.count { Self.isUp($0.value) })
            }
            // A producer too lists the partitions that it writes to, without a lag.
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
            guard let records = partition.value["consumer_lag"]?.asInt64 else { continue }
            if records >= 0 {
                lag.with(topic, partition.key).set(records)
            } else {
                // Not ours any more: its lag would be shown for ever.
                lag.remove(topic, partition.key)
            }
        }
    }
}
